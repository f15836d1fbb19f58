//! The value of an argument or a modifier.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative;
use syn::{Lit, LitStr, Token};

use crate::syntax::{Expr, Path};

/// Reads a value, or leaves `input` where it is.
pub(super) fn value(input: ParseStream<'_>) -> syn::Result<Expr> {
    let ahead = input.fork();
    let value = ahead.parse()?;
    input.advance_to(&ahead);
    Ok(value)
}

/// Returns the strings that `value` lists, or `None` if it lists none.
pub(super) fn strings(value: &Expr) -> Option<Vec<&LitStr>> {
    let list = value.list()?.iter();
    let strings: Option<Vec<_>> = list
        .map(|value| match value.literal() {
            Some(Lit::Str(string)) => Some(string),
            _ => None,
        })
        .collect();
    strings.filter(|strings| !strings.is_empty())
}

/// Returns `value` as a path, written bare or in a string.
pub(super) fn path(value: &Expr) -> Option<TokenStream> {
    let path = match value.literal() {
        Some(Lit::Str(text)) => &text.parse_with(Path::parse_mod_style).ok()?,
        _ => value.path()?,
    };
    Some(path.to_token_stream())
}

pub(super) fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        let skipped = input.step(|cursor| {
            let next = cursor.token_tree().map(|(_, next)| ((), next));
            next.ok_or_else(|| cursor.error("unexpected end"))
        });
        if skipped.is_err() {
            return;
        }
    }
}
