//! A function without its attributes, its visibility and its body.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{LitStr, Token, parenthesized, token};

use super::generics::Generics;
use super::parameter::{FnArg, Receiver, Variadic};
use super::until::{mentions, some_until, until};

pub(crate) struct Signature {
    pub(crate) constness: Option<Token![const]>,
    pub(crate) asyncness: Option<Token![async]>,
    pub(crate) safety: Option<Token![unsafe]>,
    pub(crate) abi: Option<Abi>,
    pub(crate) fn_token: Token![fn],
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) paren_token: token::Paren,
    pub(crate) inputs: Punctuated<FnArg, Token![,]>,
    pub(crate) variadic: Option<Variadic>,
    pub(crate) output: ReturnType,
}

/// `extern "C"`
pub(crate) struct Abi {
    extern_token: Token![extern],
    pub(crate) name: Option<LitStr>,
}

pub(crate) enum ReturnType {
    Default,
    Type(Token![->], Type),
}

pub(crate) struct Type(TokenStream);

impl Parse for Signature {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let content;
        let mut signature = Signature {
            constness: input.parse()?,
            asyncness: input.parse()?,
            safety: input.parse()?,
            abi: Abi::parse(input)?,
            fn_token: input.parse()?,
            ident: input.parse()?,
            generics: input.parse()?,
            paren_token: parenthesized!(content in input),
            inputs: content.parse_terminated(FnArg::parse, Token![,])?,
            variadic: None,
            output: input.parse()?,
        };
        let is_receiver = |input: &FnArg| matches!(input, FnArg::Receiver(_));
        if signature.inputs.iter().skip(1).any(is_receiver) {
            return Err(input.error("`self` comes first"));
        }
        if let Some(FnArg::Variadic(_)) = signature.inputs.last()
            && let Some(FnArg::Variadic(last)) = signature.inputs.pop()
        {
            signature.variadic = Some(last);
        }
        if input.peek(Token![where]) {
            signature.generics.where_clause = Some(until(input, &ends_signature)?);
        }
        Ok(signature)
    }
}

fn ends_signature(input: ParseStream<'_>) -> bool {
    input.peek(token::Brace) || input.peek(Token![;])
}

impl Signature {
    pub(crate) fn receiver(&self) -> Option<&Receiver> {
        match self.inputs.first()? {
            FnArg::Receiver(receiver) => Some(receiver),
            FnArg::Typed(_) | FnArg::Variadic(_) => None,
        }
    }
}

impl Abi {
    fn parse(input: ParseStream<'_>) -> syn::Result<Option<Self>> {
        let Some(extern_token) = input.parse()? else {
            return Ok(None);
        };
        let name = input.parse()?;
        Ok(Some(Abi { extern_token, name }))
    }
}

impl Parse for ReturnType {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        match input.parse()? {
            None => Ok(ReturnType::Default),
            Some(arrow) => {
                let is_end =
                    |input: ParseStream<'_>| input.peek(Token![where]) || ends_signature(input);
                Ok(ReturnType::Type(
                    arrow,
                    Type(some_until(input, "a type", &is_end)?),
                ))
            }
        }
    }
}

impl ReturnType {
    /// Returns the type, unless it is `()`.
    pub(crate) fn some(&self) -> Option<&Type> {
        match self {
            ReturnType::Type(_, ty) if !ty.is_unit() => Some(ty),
            _ => None,
        }
    }
}

impl Type {
    /// Returns whether the type can be named in another place.
    pub(crate) fn has_name(&self) -> bool {
        !self.is_never() && !mentions(self, "impl")
    }

    pub(crate) fn is_never(&self) -> bool {
        let only = self.only_tree();
        matches!(only, Some(TokenTree::Punct(punct)) if punct.as_char() == '!')
    }

    pub(crate) fn is_unit(&self) -> bool {
        match self.only_tree() {
            Some(TokenTree::Group(group)) => {
                group.delimiter() == Delimiter::Parenthesis && group.stream().is_empty()
            }
            _ => false,
        }
    }

    pub(crate) fn set_tokens(&mut self, tokens: TokenStream) {
        self.0 = tokens;
    }

    fn only_tree(&self) -> Option<TokenTree> {
        only_tree(self.0.clone())
    }
}

/// Returns the tree, if `tokens` is a single one, also if it came through a `macro_rules!`
/// fragment.
fn only_tree(tokens: TokenStream) -> Option<TokenTree> {
    let mut trees = tokens.into_iter();
    match trees.next().filter(|_| trees.next().is_none())? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            only_tree(group.stream())
        }
        tree => Some(tree),
    }
}

impl ToTokens for Signature {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.constness.to_tokens(tokens);
        self.asyncness.to_tokens(tokens);
        self.safety.to_tokens(tokens);
        self.abi.to_tokens(tokens);
        self.fn_token.to_tokens(tokens);
        self.ident.to_tokens(tokens);
        self.generics.to_tokens(tokens);
        self.paren_token.surround(tokens, |tokens| {
            self.inputs.to_tokens(tokens);
            if let Some(variadic) = &self.variadic {
                variadic.dots.to_tokens(tokens);
            }
        });
        self.output.to_tokens(tokens);
        self.generics.where_clause.to_tokens(tokens);
    }
}

impl ToTokens for Abi {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.extern_token.to_tokens(tokens);
        self.name.to_tokens(tokens);
    }
}

impl ToTokens for ReturnType {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        if let ReturnType::Type(arrow, ty) = self {
            arrow.to_tokens(tokens);
            ty.to_tokens(tokens);
        }
    }
}

impl ToTokens for Type {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.clone());
    }
}
