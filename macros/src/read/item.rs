//! The annotated function: its signature is parsed, its body is not.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Error, Token};

use crate::errors;
use crate::syntax::{Attribute, FnArg, Signature, Visibility, calls_a_macro, mentions};

pub(crate) struct Item {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// The braces and what is in them, as the user wrote it.
    pub(crate) body: Group,
}

impl Item {
    /// Reads a function. The error is `None` if rustc has reported one already: after an error it
    /// passes on what it could make sense of.
    pub(crate) fn parse(attribute: &str, tokens: TokenStream) -> Result<Self, Option<Error>> {
        let mut is_known = false;
        let parser = |input: ParseStream<'_>| Self::read(attribute, input, &mut is_known);
        let item = parser.parse2(tokens);
        item.map_err(|error| (!is_known).then_some(error))
    }

    fn read(attribute: &str, input: ParseStream<'_>, is_known: &mut bool) -> syn::Result<Self> {
        let attrs = Attribute::parse_outer(input).map_err(|error| unreadable(&error))?;
        let vis = input.parse().map_err(|error| unreadable(&error))?;
        let sig = match input.fork().parse::<Signature>() {
            Ok(_) => input.parse()?,
            Err(_) if !starts_function(input) => return Err(not_a_function(attribute, input)),
            Err(error) => {
                *is_known = has_known_qualifiers(input);
                return Err(unreadable(&error));
            }
        };
        if input.peek(Token![;]) {
            return Err(errors::at(
                input.span(),
                format_args!(
                    "`{attribute}` needs a function with a body: write `{{ … }}` in place of this \
                     `;`",
                ),
            ));
        }
        let end = input.span();
        // The output type follows another sign than `->`.
        *is_known = input.peek(Token![:]) || input.peek(Token![=]);
        let body = match input.parse::<TokenTree>() {
            Ok(body) if input.is_empty() => braces(body),
            _ => None,
        };
        let body =
            body.ok_or_else(|| errors::at(end, "expected the body of the function: `{ … }`"))?;
        Ok(Item {
            attrs,
            vis,
            sig,
            body,
        })
    }

    /// Returns whether a nested function could not name all that this one names: a receiver, or
    /// `Self`.
    pub(crate) fn needs_block(&self) -> bool {
        self.sig.receiver().is_some()
            || self.sig.generics.are_conditional
            || mentions(&self.sig, "Self")
            || body_mentions_self(self.body.stream())
    }

    /// Returns whether a macro in the signature may expand to `Self`.
    pub(crate) fn may_need_block(&self) -> bool {
        calls_a_macro(self.sig.to_token_stream())
    }

    /// Returns the attribute of this name, also one in a `cfg_attr`.
    pub(crate) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attrs.iter().find(|attr| attr.may_be(name))
    }

    /// Returns the function without its attributes, to be put inside another one.
    ///
    /// The first word stays in its place but counts as the macro's. So rustc and clippy take the
    /// function for generated code, and do not repeat what they report of the outer one. A lint
    /// attribute could not silence them in a crate that forbids the lint.
    pub(crate) fn nested(&self) -> TokenStream {
        let Item { vis, sig, body, .. } = self;
        // The visibility means nothing inside, but rustc's labels begin at it.
        let mut trees = quote!(#vis #sig #body).into_iter();
        let first = trees.next().map(|mut first| {
            first.set_span(Span::mixed_site().located_at(first.span()));
            first
        });
        first.into_iter().chain(trees).collect()
    }
}

/// Returns `tree` if it is a group in braces, also if it came as a `$body:block` fragment.
fn braces(tree: TokenTree) -> Option<Group> {
    let TokenTree::Group(group) = tree else {
        return None;
    };
    match group.delimiter() {
        Delimiter::Brace => Some(group),
        Delimiter::None => {
            let mut inner = group.stream().into_iter();
            let first = inner.next()?;
            inner.next().is_none().then(|| braces(first))?
        }
        _ => None,
    }
}

/// Returns whether only keywords of a function stand before the next `fn`.
fn starts_function(input: ParseStream<'_>) -> bool {
    const BEFORE: [&str; 7] = [
        "const", "async", "gen", "unsafe", "safe", "extern", "default",
    ];
    stand_before_fn(input, &BEFORE)
}

/// Returns whether only keywords that [`Signature`] knows stand before the next `fn`, in any order.
fn has_known_qualifiers(input: ParseStream<'_>) -> bool {
    stand_before_fn(input, &["const", "async", "unsafe", "extern"])
}

fn stand_before_fn(input: ParseStream<'_>, known: &[&str]) -> bool {
    let mut rest = input.cursor();
    loop {
        if let Some((word, next)) = rest.ident() {
            if word == "fn" {
                return true;
            }
            if !known.iter().any(|known| word == known) {
                return false;
            }
            rest = next;
        } else if let Some((_, next)) = rest.literal() {
            rest = next;
        } else {
            return false;
        }
    }
}

fn unreadable(error: &Error) -> Error {
    errors::at(
        error.span(),
        format_args!("cannot read this function: {error}"),
    )
}

fn not_a_function(attribute: &str, input: ParseStream<'_>) -> Error {
    const ITEMS: [(&str, &str); 12] = [
        ("struct", "a struct"),
        ("enum", "an enum"),
        ("union", "a union"),
        ("trait", "a trait"),
        ("impl", "an impl block"),
        ("mod", "a module"),
        ("const", "a constant"),
        ("static", "a static"),
        ("type", "a type"),
        ("use", "an import"),
        ("extern", "an extern item"),
        ("let", "a variable"),
    ];
    let word = input.cursor().ident().map(|(word, _)| word.to_string());
    let item = ITEMS
        .iter()
        .find(|(name, _)| word.as_deref() == Some(*name));
    let this = match item {
        Some((_, item)) => format!(", this is {item}"),
        None => String::new(),
    };
    let message = format!("`{attribute}` goes on an `async fn`{this}");
    errors::at(input.span(), message)
}

/// Gives a body to a function without one, because rustc would complain of the missing body too.
pub(crate) fn with_body(item: TokenStream) -> TokenStream {
    let bodiless = |input: ParseStream<'_>| {
        let attrs = Attribute::parse_outer(input)?;
        let (vis, mut sig): (Visibility, Signature) = (input.parse()?, input.parse()?);
        input.parse::<Token![;]>()?;
        for typed in sig.inputs.iter_mut().filter_map(FnArg::typed) {
            // The new body uses no argument, and rustc need not warn of that.
            typed.pat = quote!(_);
        }
        Ok(quote! {
            #(#attrs)*
            #vis #sig { loop {} }
        })
    };
    bodiless.parse2(item.clone()).unwrap_or(item)
}

/// Returns whether these are the tokens of a function named `main`.
pub(crate) fn looks_like_main(tokens: &TokenStream) -> bool {
    let mut after_fn = false;
    tokens.clone().into_iter().any(|tree| {
        let TokenTree::Ident(word) = tree else {
            after_fn = false;
            return false;
        };
        let found = after_fn && word == "main";
        after_fn = word == "fn";
        found
    })
}

/// Returns whether the body names the `Self` of the impl around the function, and not only the
/// `Self` of an item within the body.
pub(crate) fn body_mentions_self(body: TokenStream) -> bool {
    const OWN_SELF: [&str; 4] = ["impl", "trait", "struct", "enum"];
    let mut in_header = false;
    body.into_iter().any(|tree| match tree {
        TokenTree::Ident(word) => {
            in_header |= OWN_SELF.iter().any(|item| word == item);
            !in_header && word == "Self"
        }
        TokenTree::Punct(punct) => {
            in_header &= punct.as_char() != ';';
            false
        }
        TokenTree::Group(group) if in_header => {
            in_header = group.delimiter() != Delimiter::Brace;
            false
        }
        TokenTree::Group(group) => body_mentions_self(group.stream()),
        TokenTree::Literal(_) => false,
    })
}

#[cfg(test)]
mod tests;
