//! The arguments of `#[task]`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Lit, Token, token};

use crate::args::{path, skip_to_comma, value};
use crate::errors::{self, Errors};
use crate::suggest;
use crate::syntax::Expr;

const EXAMPLES: [(&str, &str); 2] = [
    ("pool_size", "pool_size = 4"),
    ("crate", "crate = my_crate::portable"),
];

/// What else one may call them.
const ALIASES: [(&str, &str); 8] = [
    ("pool", "pool_size"),
    ("size", "pool_size"),
    ("count", "pool_size"),
    ("instances", "pool_size"),
    ("max", "pool_size"),
    ("max_tasks", "pool_size"),
    ("portable", "crate"),
    ("path", "crate"),
];

pub(super) struct Args {
    path: TokenStream,
    pool_size: TokenStream,
}

impl Args {
    pub(super) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let site = Span::mixed_site();
        let mut args = Args {
            path: quote_spanned!(site=> ::portable),
            pool_size: quote_spanned!(site=> 1),
        };
        let mut seen = Vec::new();
        let parser = |input: ParseStream<'_>| {
            while !input.is_empty() {
                if let Err(error) = args.argument(input, &mut seen) {
                    errors.push(error);
                    skip_to_comma(input);
                }
                if !input.is_empty() && input.parse::<Option<Token![,]>>()?.is_none() {
                    errors.at(input.span(), "a `,` is missing before this argument");
                }
            }
            Ok(())
        };
        if let Err(error) = parser.parse2(tokens) {
            errors.push(error);
        }
        args
    }

    /// Where the user's crate finds `portable`.
    pub(super) fn path(&self) -> &TokenStream {
        &self.path
    }

    /// A constant expression.
    pub(super) fn pool_size(&self) -> &TokenStream {
        &self.pool_size
    }

    fn argument(&mut self, input: ParseStream<'_>, seen: &mut Vec<Ident>) -> syn::Result<()> {
        if !input.peek(Ident::peek_any) {
            let meant = match input.fork().parse() {
                Ok(Lit::Int(number)) => format!(": write `pool_size = {number}`"),
                _ => String::from(", as in `pool_size = 4`"),
            };
            let message = format_args!("an argument is `key = value`{meant}");
            return Err(errors::at(input.span(), message));
        }
        let key = Ident::parse_any(input)?;
        let Some((name, example)) = EXAMPLES.iter().find(|(name, _)| key == name) else {
            if input.parse::<Option<Token![=]>>()?.is_some() {
                let _ = value(input);
            }
            return Err(unknown(&key));
        };
        if !input.peek(Token![=]) || input.peek(Token![==]) || input.peek(Token![=>]) {
            return Err(if input.is_empty() || input.peek(Token![,]) {
                let message = format_args!("`{name}` needs a value: write `{example}`");
                errors::at(key.span(), message)
            } else if input.peek(token::Paren) || input.peek(Token![:]) {
                let message =
                    format_args!("`{name}` takes its value after a `=`: write `{example}`");
                errors::at(input.span(), message)
            } else {
                let message = format_args!("a `=` is missing after `{name}`: write `{example}`");
                errors::at(input.span(), message)
            });
        }
        input.parse::<Token![=]>()?;
        if input.is_empty() || input.peek(Token![,]) {
            let message = format_args!("`{name}` needs a value: write `{example}`");
            return Err(errors::at(key.span(), message));
        }
        let value = value(input).map_err(|error| {
            let wrong = format_args!("`{name}` takes an expression: {error}");
            errors::at(error.span(), wrong)
        });
        if seen.contains(&key) {
            let message = format_args!("`{name}` is set twice: remove one of the two");
            return Err(errors::at(key.span(), message));
        }
        seen.push(key);
        let value = value?;
        match *name {
            "crate" => self.set_path(&value),
            _ => self.set_pool_size(&value),
        }
    }

    fn set_path(&mut self, value: &Expr) -> syn::Result<()> {
        self.path = path(value).ok_or_else(|| {
            let example = EXAMPLES[1].1;
            errors::under(
                value,
                format_args!("`crate` takes a path: write `{example}`"),
            )
        })?;
        Ok(())
    }

    fn set_pool_size(&mut self, value: &Expr) -> syn::Result<()> {
        match value.literal() {
            Some(Lit::Int(number)) if number.base10_digits() == "0" => Err(errors::at(
                number.span(),
                "`pool_size` cannot be 0: write how many of these tasks may run at once, or leave \
                 it out for 1",
            )),
            Some(Lit::Int(_)) | None => {
                self.pool_size = value.to_token_stream();
                Ok(())
            }
            Some(_) => Err(errors::under(
                value,
                "`pool_size` takes a whole number: write `pool_size = 4`",
            )),
        }
    }
}

fn unknown(key: &Ident) -> syn::Error {
    let word = key.to_string();
    let names = || EXAMPLES.iter().map(|(name, _)| *name);
    let alias = ALIASES.iter().find(|(alias, _)| *alias == word);
    let meant = alias.map(|(_, meant)| *meant);
    let meant = match meant.or_else(|| suggest::nearest(&word, names())) {
        Some(meant) => format!("; did you mean `{meant}`?"),
        None => String::new(),
    };
    let list = suggest::list(names());
    let message = format_args!("unknown argument `{word}`{meant}\nthe arguments are {list}");
    errors::at(key.span(), message)
}
