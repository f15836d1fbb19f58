//! `pub`, with its restriction.

use proc_macro2::{Delimiter, TokenStream};
use quote::{ToTokens, TokenStreamExt};
use syn::parse::{Parse, ParseStream};
use syn::{Token, token};

use super::until::group;

pub(crate) struct Visibility(TokenStream);

impl Parse for Visibility {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut tokens = TokenStream::new();
        skip_empty_fragment(input)?;
        if let Some(public) = input.parse::<Option<Token![pub]>>()? {
            public.to_tokens(&mut tokens);
            if input.peek(token::Paren) {
                tokens.append(group(input, Delimiter::Parenthesis)?);
            }
        }
        Ok(Visibility(tokens))
    }
}

/// Skips an empty group: an empty `$vis:vis` fragment comes as one.
fn skip_empty_fragment(input: ParseStream<'_>) -> syn::Result<()> {
    input.step(|cursor| match cursor.group(Delimiter::None) {
        Some((inner, _, rest)) if inner.eof() => Ok(((), rest)),
        _ => Ok(((), *cursor)),
    })
}

impl ToTokens for Visibility {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.clone());
    }
}
