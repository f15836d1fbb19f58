//! A path without generic arguments.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::Token;
use syn::ext::IdentExt;
use syn::parse::ParseStream;

pub(crate) struct Path {
    pub(crate) leading_colon: Option<Token![::]>,
    /// The words of the path, at least one.
    pub(crate) segments: Vec<Ident>,
    tokens: TokenStream,
}

impl Path {
    /// Reads the path of an attribute, whose words may be keywords.
    pub(super) fn parse_any(input: ParseStream<'_>) -> syn::Result<Self> {
        Self::read(input, Ident::parse_any)
    }

    /// Reads a path in the form that `use` takes.
    pub(crate) fn parse_mod_style(input: ParseStream<'_>) -> syn::Result<Self> {
        Self::read(input, |input| {
            let is_start = input.peek(Token![crate])
                || input.peek(Token![self])
                || input.peek(Token![super])
                || input.peek(Token![Self]);
            match is_start {
                true => Ident::parse_any(input),
                false => input.parse(),
            }
        })
    }

    fn read(
        input: ParseStream<'_>,
        word: impl Fn(ParseStream<'_>) -> syn::Result<Ident>,
    ) -> syn::Result<Self> {
        let leading_colon: Option<Token![::]> = input.parse()?;
        let mut tokens = leading_colon.to_token_stream();
        let mut segments = Vec::new();
        loop {
            let segment = word(input)?;
            segment.to_tokens(&mut tokens);
            segments.push(segment);
            match input.parse::<Option<Token![::]>>()? {
                Some(colons) => colons.to_tokens(&mut tokens),
                None => break,
            }
        }
        Ok(Path {
            leading_colon,
            segments,
            tokens,
        })
    }

    pub(crate) fn is_ident(&self, name: &str) -> bool {
        self.leading_colon.is_none() && self.segments.len() == 1 && self.segments[0] == name
    }

    /// Returns whether this is the path of a lint attribute.
    pub(crate) fn is_lint(&self) -> bool {
        const LINTS: [&str; 5] = ["allow", "expect", "warn", "deny", "forbid"];
        LINTS.iter().any(|lint| self.is_ident(lint))
    }

    /// Returns the last word.
    pub(crate) fn last(&self) -> &Ident {
        &self.segments[self.segments.len() - 1]
    }
}

impl ToTokens for Path {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.tokens.clone());
    }
}
