//! The list of variables that a task takes along: `[tx, db = pool.clone()] async move { … }`.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Token, bracketed, token};

use crate::errors::{self, Errors};
use crate::syntax::Expr;

/// A variable that is made before the task, for the task to own.
pub(crate) struct Capture {
    mutability: Option<Token![mut]>,
    name: Ident,
    /// The value of the variable, or `None` for a clone of the variable of the same name.
    value: Option<Expr>,
}

/// Reads a list if one stands here. An array with an operator after it is no list.
pub(crate) fn parse(input: ParseStream<'_>, errors: &mut Errors) -> Option<Vec<Capture>> {
    if !input.peek(token::Bracket) || !before_task(input) {
        return None;
    }
    let captures = list(input, errors);
    Some(captures.unwrap_or_else(|error| {
        errors.push(error);
        Vec::new()
    }))
}

/// Returns whether a task, or nothing, follows the brackets.
fn before_task(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let skipped = ahead.parse::<TokenTree>().is_ok();
    let word = ahead.peek(Ident::peek_any) && !ahead.peek(Token![as]);
    let closure = ahead.peek(Token![|]) || ahead.peek(Token![||]);
    let group = ahead.peek(token::Brace) || ahead.peek(token::Paren);
    let path = ahead.peek(Token![::]) || ahead.peek(Token![<]);
    let nothing = ahead.is_empty() || ahead.peek(Token![,]);
    skipped && (word || closure || group || path || nothing)
}

fn list(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Vec<Capture>> {
    let content;
    let bracket = bracketed!(content in input).span;
    let entries = content.parse::<TokenStream>()?;
    if input.is_empty() {
        let message = "the task follows the list of captures: write `[tx] async move { … }`";
        errors.at(bracket.join(), message);
    }
    let mut captures: Vec<Capture> = Vec::new();
    let parser = |entries: ParseStream<'_>| {
        while !entries.is_empty() {
            let capture = Capture::parse(entries)?;
            if captures.iter().any(|other| other.name == capture.name) {
                let message = format!(
                    "`{}` is captured twice: remove one of the two",
                    capture.name
                );
                errors.at(capture.name.span(), message);
            } else {
                captures.push(capture);
            }
            if !entries.is_empty() && entries.parse::<Option<Token![,]>>()?.is_none() {
                return Err(errors::at(
                    entries.span(),
                    "a `,` is missing between two captures",
                ));
            }
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(entries) {
        errors.push(error);
    }
    Ok(captures)
}

impl Capture {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mutability = input.parse()?;
        let what = "a capture is a variable to clone, or `name = expression`";
        if !input.peek(Ident::peek_any) {
            return Err(errors::at(input.span(), what));
        }
        let name = input.call(Ident::parse_any)?;
        if name == "self" {
            let message = "`self` cannot be captured by its name: write `this = self.clone()`, and `this` in the task";
            return Err(errors::at(name.span(), message));
        }
        if Ident::parse.parse2(name.to_token_stream()).is_err() {
            let message = format!("`{name}` is a keyword, which no variable can be called");
            return Err(errors::at(name.span(), message));
        }
        let value = match input.parse::<Option<Token![=]>>()? {
            Some(_) => Some(input.parse().map_err(|error: syn::Error| {
                errors::at(
                    error.span(),
                    format_args!("`{name}` takes an expression: {error}"),
                )
            })?),
            None if input.is_empty() || input.peek(Token![,]) => None,
            None => return Err(errors::at(name.span(), what)),
        };
        Ok(Capture {
            mutability,
            name,
            value,
        })
    }
}

/// Prints the `let` statement.
impl ToTokens for Capture {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Capture {
            mutability,
            name,
            value,
        } = self;
        let site = Span::mixed_site();
        tokens.extend(match value {
            Some(value) => quote_spanned!(site=> let #mutability #name = #value;),
            None => {
                // The clone is located at the name, so that rustc reports a missing `Clone` there.
                let at_name = site.located_at(name.span());
                let clone = quote_spanned!(at_name=> ::core::clone::Clone::clone(&#name));
                quote_spanned!(site=> let #mutability #name = #clone;)
            }
        });
    }
}
