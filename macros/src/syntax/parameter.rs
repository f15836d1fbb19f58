//! One parameter of a function.

use proc_macro2::{Ident, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Lifetime, Token};

use super::attribute::Attribute;
use super::until::{Angles, some_until, until};

pub(crate) enum FnArg {
    Receiver(Receiver),
    Typed(Typed),
    Variadic(Variadic),
}

/// `&mut self`, with everything that belongs to it.
pub(crate) struct Receiver {
    pub(crate) attrs: Vec<Attribute>,
    tokens: TokenStream,
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
            let tokens = until(input, &|input| input.peek(Token![,]))?;
            if ends_in(&tokens, ':') {
                return Err(input.error("expected a type"));
            }
            return Ok(FnArg::Receiver(Receiver { attrs, tokens }));
        }
        if input.peek(Token![...]) {
            let dots = input.parse()?;
            return Ok(FnArg::Variadic(Variadic { dots }));
        }
        let pat = pattern(input)?;
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
            ty: ty(input)?,
        }))
    }
}

fn ty(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let broken = input.error("expected a type");
    let ty = some_until(input, "a type", &|input| input.peek(Token![,]))?;
    match may_be_type(ty.clone()) {
        true => Ok(ty),
        false => Err(broken),
    }
}

/// Returns `false` for tokens such as `u8 y: u8` or `Vec<u8`, which rustc passes on after an error.
/// rustc has reported that error, so nothing more is checked.
fn may_be_type(tokens: TokenStream) -> bool {
    let mut angles = Angles::default();
    let mut after_colon = false;
    let begins_well = match tokens.clone().into_iter().next() {
        Some(TokenTree::Ident(word)) => word != "mut",
        _ => true,
    };
    let separated = tokens.clone().into_iter().any(|tree| {
        let is_colon = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == ':');
        let is_joint =
            matches!(&tree, TokenTree::Punct(punct) if punct.spacing() == Spacing::Joint);
        let is_alone = is_colon && !after_colon && !is_joint;
        let is_end = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == ';');
        after_colon = is_colon && is_joint;
        let found = angles.are_closed() && (is_alone || is_end);
        angles.pass(&tree);
        found
    });
    begins_well && !separated && angles.are_closed() && !ends_in(&tokens, '&')
}

fn ends_in(tokens: &TokenStream, wanted: char) -> bool {
    let last = tokens.clone().into_iter().last();
    matches!(last, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

/// Reads the pattern before the `:`.
fn pattern(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut pat = TokenStream::new();
    let mut angles = Angles::default();
    while !input.is_empty() {
        if let Some(colons) = input.parse::<Option<Token![::]>>()? {
            colons.to_tokens(&mut pat);
            continue;
        }
        if angles.are_closed() && (input.peek(Token![:]) || input.peek(Token![,])) {
            break;
        }
        let tree: TokenTree = input.parse()?;
        angles.pass(&tree);
        pat.extend([tree]);
    }
    Ok(pat)
}

fn is_receiver(input: ParseStream<'_>) -> syn::Result<bool> {
    let ahead = input.fork();
    if ahead.parse::<Option<Token![&]>>()?.is_some() {
        ahead.parse::<Option<Lifetime>>()?;
    }
    ahead.parse::<Option<Token![mut]>>()?;
    Ok(ahead.peek(Token![self]) && !ahead.peek2(Token![::]))
}

impl Receiver {
    /// Returns the word `self`, unless the receiver is a reference.
    pub(crate) fn by_value(&self) -> Option<Ident> {
        let first = self.tokens.clone().into_iter().next();
        let is_reference = matches!(first, Some(TokenTree::Punct(punct)) if punct.as_char() == '&');
        match is_reference {
            true => None,
            false => find_self(self.tokens.clone()),
        }
    }
}

fn find_self(tokens: TokenStream) -> Option<Ident> {
    tokens.into_iter().find_map(|tree| match tree {
        TokenTree::Ident(word) => (word == "self").then_some(word),
        TokenTree::Group(group) => find_self(group.stream()),
        _ => None,
    })
}

impl ToTokens for Receiver {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.attrs.iter().for_each(|attr| attr.to_tokens(tokens));
        tokens.extend(self.tokens.clone());
    }
}

impl Typed {
    /// Returns the variable, if the pattern is one that is bound by value.
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

impl FnArg {
    /// Returns the argument, unless it is a receiver or variadic.
    pub(crate) fn typed(&mut self) -> Option<&mut Typed> {
        match self {
            FnArg::Typed(typed) => Some(typed),
            FnArg::Receiver(_) | FnArg::Variadic(_) => None,
        }
    }
}

impl ToTokens for FnArg {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            FnArg::Receiver(receiver) => receiver.to_tokens(tokens),
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
