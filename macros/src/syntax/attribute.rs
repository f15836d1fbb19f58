//! `#[path …]`

use proc_macro2::{Delimiter, Group, TokenStream};
use quote::{ToTokens, TokenStreamExt};
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
    /// Reads all that stand here.
    pub(crate) fn parse_outer(input: ParseStream<'_>) -> syn::Result<Vec<Self>> {
        let mut attributes = Vec::new();
        while input.peek(Token![#]) {
            let pound = input.parse()?;
            let brackets = group(input, Delimiter::Bracket)?;
            let path = |inner: ParseStream<'_>| {
                let path = Path::parse_any(inner)?;
                inner.parse::<TokenStream>()?;
                Ok(path)
            };
            attributes.push(Attribute {
                pound,
                path: path.parse2(brackets.stream())?,
                brackets,
            });
        }
        Ok(attributes)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl ToTokens for Attribute {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.pound.to_tokens(tokens);
        tokens.append(self.brackets.clone());
    }
}
