//! Reads `key = value, …` with few keys, and says what is wrong with it.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Token, token};

use crate::args::{skip_to_comma, value};
use crate::errors::{self, Errors};
use crate::suggest;
use crate::syntax::Expr;

/// A key, and how it is written with a value.
pub(crate) type Key = (&'static str, &'static str);

/// What one attribute takes.
pub(crate) struct Keys {
    pub(crate) known: &'static [Key],
    /// Other names, and which of the known ones is meant.
    pub(crate) aliases: &'static [Key],
    /// Why a key that is none of these is not there, if it is one elsewhere.
    pub(crate) elsewhere: fn(&str) -> Option<String>,
    /// What a value without a key was meant to be.
    pub(crate) meant: fn(ParseStream<'_>) -> Option<String>,
}

impl Keys {
    /// Calls `set` with each key that is known and its value.
    pub(crate) fn read(
        &self,
        tokens: TokenStream,
        errors: &mut Errors,
        mut set: impl FnMut(&'static str, &Expr) -> syn::Result<()>,
    ) {
        let mut seen = Vec::new();
        let parser = |input: ParseStream<'_>| {
            while !input.is_empty() {
                let result = self
                    .argument(input, &mut seen)
                    .and_then(|(name, value)| set(name, &value));
                if let Err(error) = result {
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
    }

    fn argument(
        &self,
        input: ParseStream<'_>,
        seen: &mut Vec<Ident>,
    ) -> syn::Result<(&'static str, Expr)> {
        if !input.peek(Ident::peek_any) {
            let meant = match (self.meant)(&input.fork()) {
                Some(meant) => format!(": write `{meant}`"),
                None => format!(", as in `{}`", self.known[0].1),
            };
            let message = format_args!("an argument is `key = value`{meant}");
            return Err(errors::at(input.span(), message));
        }
        let key = Ident::parse_any(input)?;
        let Some((name, example)) = self.known.iter().find(|(name, _)| key == name) else {
            if input.parse::<Option<Token![=]>>()?.is_some() {
                let _ = value(input);
            }
            return Err(self.unknown(&key));
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
        Ok((name, value?))
    }

    fn unknown(&self, key: &Ident) -> syn::Error {
        let word = key.to_string();
        if let Some(why) = (self.elsewhere)(&word) {
            return errors::at(key.span(), why);
        }
        let names = || self.known.iter().map(|(name, _)| *name);
        let alias = self.aliases.iter().find(|(alias, _)| *alias == word);
        let meant = alias.map(|(_, meant)| *meant);
        let meant = match meant.or_else(|| suggest::nearest(&word, names())) {
            Some(meant) => format!("; did you mean `{meant}`?"),
            None => String::new(),
        };
        let list = suggest::list(names());
        let message = format_args!("unknown argument `{word}`{meant}\nthe arguments are {list}");
        errors::at(key.span(), message)
    }
}

/// The error for a path that is none.
pub(crate) fn no_path(value: &Expr) -> syn::Error {
    let message = "`crate` takes a path: write `crate = my_crate::portable`";
    errors::under(value, message)
}
