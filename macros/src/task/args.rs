//! The arguments of `#[task]`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Lit;

use crate::args::path;
use crate::errors::{self, Errors};
use crate::keys::{self, Keys};
use crate::syntax::Expr;

const KEYS: Keys = Keys {
    known: &[
        ("pool_size", "pool_size = 4"),
        ("crate", "crate = my_crate::portable"),
    ],
    aliases: &[
        ("pool", "pool_size"),
        ("size", "pool_size"),
        ("count", "pool_size"),
        ("instances", "pool_size"),
        ("max", "pool_size"),
        ("max_tasks", "pool_size"),
        ("portable", "crate"),
        ("path", "crate"),
    ],
    elsewhere: |_| None,
    meant: |input| match input.parse() {
        Ok(Lit::Int(number)) => Some(format!("pool_size = {number}")),
        _ => None,
    },
};

pub(super) struct Args {
    /// Where the user's crate finds `portable`.
    pub(super) path: TokenStream,
    /// A constant expression.
    pub(super) pool_size: TokenStream,
}

impl Args {
    pub(super) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let site = Span::mixed_site();
        let mut args = Args {
            path: quote_spanned!(site=> ::portable),
            pool_size: quote_spanned!(site=> 1),
        };
        KEYS.read(tokens, errors, |key, value| {
            match key {
                "crate" => args.path = path(value).ok_or_else(|| keys::no_path(value))?,
                _ => args.pool_size = pool_size(value)?,
            }
            Ok(())
        });
        // After one mistake rustc need not tell of another in there.
        if !errors.is_empty() {
            args.pool_size = quote_spanned!(site=> 1);
        }
        args
    }
}

fn pool_size(value: &Expr) -> syn::Result<TokenStream> {
    match value.literal() {
        Some(Lit::Int(number)) if number.base10_digits() == "0" => Err(errors::at(
            number.span(),
            "`pool_size` cannot be 0: write how many of these tasks may run at once, or leave it \
             out for 1",
        )),
        Some(Lit::Int(_)) | None => Ok(value.to_token_stream()),
        Some(_) => Err(errors::under(
            value,
            "`pool_size` takes a whole number: write `pool_size = 4`",
        )),
    }
}
