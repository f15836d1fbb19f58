//! Collects every mistake, so that one build reports them all.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::Error;

/// The mistakes found so far, in the order they were found.
#[derive(Default)]
pub(crate) struct Errors(Vec<Error>);

impl Errors {
    /// Reports `message` at one token.
    pub(crate) fn at(&mut self, span: Span, message: impl Display) {
        self.0.push(at(span, message));
    }

    /// Reports `message` under everything from the first to the last of `tokens`.
    pub(crate) fn under(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.0.push(under(tokens, message));
    }

    /// Adds an error, ours or syn's.
    pub(crate) fn push(&mut self, error: Error) {
        let message = error.to_string();
        if message.starts_with(PREFIX) {
            self.0.push(error);
        } else {
            self.at(error.span(), message);
        }
    }

    /// Adds the error, if rustc has not reported it.
    pub(crate) fn extend(&mut self, error: Option<Error>) {
        error.into_iter().for_each(|error| self.push(error));
    }

    /// Adds all of `others`, and returns whether there are any.
    pub(crate) fn take(&mut self, others: Errors) -> bool {
        let are_any = !others.is_empty();
        self.0.extend(others.0);
        are_any
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Prints a `compile_error!` for each mistake, as statements or items.
impl ToTokens for Errors {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().map(Error::to_compile_error));
    }
}

/// The beginning of every message.
const PREFIX: &str = "portable: ";

/// An error at one token.
pub(crate) fn at(span: Span, message: impl Display) -> Error {
    Error::new(span, prefixed(&message))
}

/// An error under everything from the first to the last of `tokens`.
pub(crate) fn under(tokens: impl ToTokens, message: impl Display) -> Error {
    spanned(tokens.into_token_stream(), &message)
}

// These are compiled once for all messages.

fn spanned(tokens: TokenStream, message: &dyn Display) -> Error {
    Error::new_spanned(tokens, prefixed(message))
}

fn prefixed(message: &dyn Display) -> String {
    format!("{PREFIX}{message}")
}
