//! `#[path …]`

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::Token;
use syn::parse::{ParseStream, Parser};

use super::path::Path;
use super::until::group;

pub(crate) struct Attribute {
    pound: Token![#],
    brackets: Group,
    path: Path,
}

impl Attribute {
    /// Reads all attributes that stand here.
    pub(crate) fn parse_outer(input: ParseStream<'_>) -> syn::Result<Vec<Self>> {
        let mut attributes = Vec::new();
        while input.peek(Token![#]) {
            let pound = input.parse()?;
            let brackets = group(input, Delimiter::Bracket)?;
            attributes.push(Attribute {
                pound,
                path: path(brackets.stream())?,
                brackets,
            });
        }
        Ok(attributes)
    }

    /// Returns the attribute reduced to those that `keep` accepts. A `cfg_attr` keeps its condition
    /// and the accepted attributes in it.
    pub(crate) fn only(&self, keep: &dyn Fn(&Path) -> bool) -> Option<Self> {
        let content = only(&self.path, self.brackets.stream(), keep)?;
        let mut brackets = Group::new(Delimiter::Bracket, content);
        brackets.set_span(self.brackets.span());
        Some(Attribute {
            pound: Token![#](self.pound.spans[0]),
            path: path(brackets.stream()).ok()?,
            brackets,
        })
    }

    /// Returns whether this is the attribute `name`, or a `cfg_attr` that has it.
    pub(crate) fn may_be(&self, name: &str) -> bool {
        self.only(&|path| path.is_ident(name)).is_some()
    }

    /// Returns whether this is `#[word]`, without a value.
    pub(crate) fn is_only(&self, word: &str) -> bool {
        self.path.is_ident(word) && self.brackets.stream().into_iter().count() == 1
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// Returns the path at the beginning of an attribute.
fn path(content: TokenStream) -> syn::Result<Path> {
    let parser = |inner: ParseStream<'_>| {
        let path = Path::parse_any(inner)?;
        inner.parse::<TokenStream>()?;
        Ok(path)
    };
    parser.parse2(content)
}

fn only(path: &Path, content: TokenStream, keep: &dyn Fn(&Path) -> bool) -> Option<TokenStream> {
    if !path.is_ident("cfg_attr") {
        return keep(path).then_some(content);
    }
    let mut trees = content.into_iter();
    let (name, arguments) = (trees.next()?, trees.next()?);
    let TokenTree::Group(arguments) = arguments else {
        return None;
    };
    let mut parts = split(arguments.stream()).into_iter();
    let condition = parts.next()?;
    let kept: Vec<TokenStream> = parts
        .filter_map(|part| only(&self::path(part.clone()).ok()?, part, keep))
        .collect();
    (!kept.is_empty()).then(|| quote!(#name(#condition, #(#kept),*)))
}

/// Splits the tokens at their commas.
fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for tree in tokens {
        match (&tree, parts.last_mut()) {
            (TokenTree::Punct(comma), _) if comma.as_char() == ',' => {
                parts.push(TokenStream::new())
            }
            (_, Some(last)) => last.extend([tree]),
            (_, None) => {}
        }
    }
    parts
}

impl ToTokens for Attribute {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.pound.to_tokens(tokens);
        tokens.append(self.brackets.clone());
    }
}
