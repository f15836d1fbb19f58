//! `<'a, T: Bound, const N: usize>`, and a `where` clause.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Lifetime, Token};

use super::attribute::Attribute;
use super::until::until;

/// The generic parameters. They are printed with their angle brackets.
#[derive(Default)]
pub(crate) struct Generics {
    pub(crate) params: Vec<GenericParam>,
    pub(crate) where_clause: Option<TokenStream>,
    /// Whether a `cfg` stands on a type or a constant.
    pub(crate) are_conditional: bool,
    tokens: TokenStream,
}

pub(crate) enum GenericParam {
    Lifetime,
    Type(Ident),
    Const(Ident),
}

impl Parse for Generics {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut generics = Generics::default();
        let Some(open) = input.parse::<Option<Token![<]>>()? else {
            return Ok(generics);
        };
        let tokens = &mut generics.tokens;
        open.to_tokens(tokens);
        while !input.peek(Token![>]) {
            let attributes = Attribute::parse_outer(input)?;
            attributes.iter().for_each(|attr| attr.to_tokens(tokens));
            let is_conditional = attributes.iter().any(|attr| attr.may_be("cfg"));
            let ahead = input.fork();
            generics.are_conditional |= is_conditional && !ahead.peek(Lifetime);
            generics.params.push(if ahead.peek(Lifetime) {
                GenericParam::Lifetime
            } else if ahead.parse::<Option<Token![const]>>()?.is_some() {
                GenericParam::Const(ahead.parse()?)
            } else {
                GenericParam::Type(ahead.parse()?)
            });
            tokens.extend(until(input, &|input| {
                input.peek(Token![,]) || input.peek(Token![>])
            })?);
            match input.parse::<Option<Token![,]>>()? {
                Some(comma) => comma.to_tokens(tokens),
                None => break,
            }
        }
        input.parse::<Token![>]>()?.to_tokens(tokens);
        Ok(generics)
    }
}

impl ToTokens for Generics {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.tokens.clone());
    }
}
