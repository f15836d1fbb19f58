//! One parameter of a function.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Lifetime, Token};

use super::attribute::Attribute;
use super::until::{some_until, until};

pub(crate) enum FnArg {
    /// `&mut self`, with all that belongs to it.
    Receiver(TokenStream),
    Typed(Typed),
    Variadic(Variadic),
}

/// `pat: ty`
pub(crate) struct Typed {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) pat: TokenStream,
    pub(crate) colon_token: Token![:],
    pub(crate) ty: TokenStream,
}

pub(crate) struct Variadic {
    pub(crate) dots: Token![...],
}

impl Parse for FnArg {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = Attribute::parse_outer(input)?;
        if is_receiver(input)? {
            let mut tokens = TokenStream::new();
            attrs.iter().for_each(|attr| attr.to_tokens(&mut tokens));
            tokens.extend(until(input, |input| input.peek(Token![,]))?);
            return Ok(FnArg::Receiver(tokens));
        }
        if input.peek(Token![...]) {
            let dots = input.parse()?;
            return Ok(FnArg::Variadic(Variadic { dots }));
        }
        let mut pat = TokenStream::new();
        while !input.peek(Token![:]) || input.peek(Token![::]) {
            if let Some(colons) = input.parse::<Option<Token![::]>>()? {
                colons.to_tokens(&mut pat);
            } else {
                pat.extend([input.parse::<TokenTree>()?]);
            }
        }
        if pat.is_empty() {
            return Err(input.error("expected a pattern"));
        }
        let colon_token = input.parse()?;
        if input.peek(Token![...]) {
            let dots = input.parse()?;
            return Ok(FnArg::Variadic(Variadic { dots }));
        }
        Ok(FnArg::Typed(Typed {
            attrs,
            pat,
            colon_token,
            ty: some_until(input, "a type", |input| input.peek(Token![,]))?,
        }))
    }
}

fn is_receiver(input: ParseStream<'_>) -> syn::Result<bool> {
    let ahead = input.fork();
    if ahead.parse::<Option<Token![&]>>()?.is_some() {
        ahead.parse::<Option<Lifetime>>()?;
    }
    ahead.parse::<Option<Token![mut]>>()?;
    Ok(ahead.peek(Token![self]) && !ahead.peek2(Token![::]))
}

impl Typed {
    /// The variable that the pattern is, bound by value.
    pub(crate) fn variable(&self) -> Option<Ident> {
        let mut trees: Vec<TokenTree> = self.pat.clone().into_iter().collect();
        if trees.len() == 2 && matches!(&trees[0], TokenTree::Ident(word) if word == "mut") {
            trees.remove(0);
        }
        match <[TokenTree; 1]>::try_from(trees) {
            Ok([TokenTree::Ident(name)]) => Some(name),
            _ => None,
        }
    }
}

impl ToTokens for FnArg {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            FnArg::Receiver(receiver) => tokens.extend(receiver.clone()),
            FnArg::Variadic(variadic) => variadic.dots.to_tokens(tokens),
            FnArg::Typed(typed) => {
                typed.attrs.iter().for_each(|attr| attr.to_tokens(tokens));
                tokens.extend(typed.pat.clone());
                typed.colon_token.to_tokens(tokens);
                tokens.extend(typed.ty.clone());
            }
        }
    }
}
