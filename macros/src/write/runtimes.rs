//! The list of runtimes, which `portable`'s `runtimes!` macro passes to this crate.

use std::fmt::Display;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::{Error, LitStr, bracketed, parenthesized};

use crate::errors;
use crate::suggest;

/// All runtimes, in the order of preference.
pub(crate) struct Runtimes(Vec<Runtime>);

pub(crate) struct Runtime {
    pub(crate) name: LitStr,
    /// Whether the build has the runtime.
    is_on: bool,
}

impl Runtimes {
    /// Returns the runtimes that the build has.
    pub(crate) fn on(&self) -> impl Iterator<Item = &Runtime> {
        self.0.iter().filter(|runtime| runtime.is_on)
    }

    /// Returns whether the build has the runtime of this name, or an error if no runtime has the
    /// name.
    pub(crate) fn has(&self, name: &LitStr) -> syn::Result<bool> {
        let value = name.value();
        match self.0.iter().find(|runtime| runtime.name.value() == value) {
            Some(runtime) => Ok(runtime.is_on),
            None => Err(self.unknown(name.span(), &value)),
        }
    }

    fn unknown(&self, span: Span, name: impl Display) -> Error {
        let name = name.to_string();
        if name == "custom" {
            let message = "a runtime of your own is not started by a name: write the value that \
                           implements `CustomRuntime`, as in `runtime = my::Runtime`";
            return errors::at(span, message);
        }
        let names: Vec<String> = self.0.iter().map(|runtime| runtime.name.value()).collect();
        let names = || names.iter().map(String::as_str);
        let meant = match suggest::nearest(&name, names()) {
            Some(meant) => format!("; did you mean \"{meant}\"?"),
            None => String::new(),
        };
        let list = suggest::list(names());
        let message = format!("there is no runtime \"{name}\"{meant}\nthe runtimes are {list}");
        errors::at(span, message)
    }
}

impl Parse for Runtimes {
    /// Parses `[("name" on) ("name" off) …]`.
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let list;
        bracketed!(list in input);
        let mut runtimes = Vec::new();
        while !list.is_empty() {
            let runtime;
            parenthesized!(runtime in list);
            runtimes.push(Runtime {
                name: runtime.parse()?,
                is_on: runtime.parse::<Ident>()? == "on",
            });
        }
        Ok(Self(runtimes))
    }
}

impl Runtime {
    /// Returns the name as an identifier.
    pub(crate) fn ident(&self) -> Ident {
        format_ident!("{}", self.name.value().replace('-', "_"))
    }
}

/// Asks `portable` at `path` for its runtimes and hands them to `callback` with `tokens`.
pub(crate) fn ask(path: &TokenStream, callback: &str, tokens: &TokenStream) -> TokenStream {
    let site = Span::mixed_site();
    let callback = Ident::new(callback, site);
    quote_spanned! {site=>
        #path::__private::runtimes!{ [#path::__private::#callback] #tokens }
    }
}
