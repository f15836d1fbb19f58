//! Writes the calls of the runtime's builder that the arguments of an attribute ask for.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};

use super::runtimes;
use crate::read::{Args, Kind, Setting};

/// Returns the function that makes the builder, if the builder needs no further calls.
pub(super) fn plain(kind: Kind, args: &Args) -> Option<TokenStream> {
    let is_pinned = kind == Kind::Main && !args.runtimes.is_empty();
    (args.settings.is_empty() && !is_pinned).then(|| constructor(kind, args))
}

fn constructor(kind: Kind, args: &Args) -> TokenStream {
    let site = Span::mixed_site();
    let path = &args.path;
    if args.flavors().is_some() {
        return quote_spanned!(site=> #path::__private::on_flavor);
    }
    let (flavor, span) = args.flavor(kind);
    let new = Ident::new(flavor.constructor(), span);
    quote_spanned!(site=> #path::runtime::Builder::#new)
}

/// Returns an expression of type `&mut Builder`.
pub(super) fn builder(kind: Kind, args: &Args) -> TokenStream {
    let site = Span::mixed_site();
    let path = &args.path;
    let new = constructor(kind, args);
    if plain(kind, args).is_some() {
        return quote_spanned!(site=> &mut #new());
    }
    let mut builder = quote_spanned!(site=> #new());
    if let (Kind::Main, [name]) = (kind, args.runtimes.as_slice()) {
        let name = runtimes::ask(path, "pin", &name.to_token_stream());
        builder = quote_spanned!(site=> #builder.runtime(#name));
    }
    // A name, or a runtime of the user's own.
    if let Some(Setting { name, value }) = args.runtime_expression() {
        builder = quote_spanned!(site=> #path::__private::#name(&mut #builder, #value));
    }
    let is_listed = args.flavors().is_some();
    let is_for_some = |setting: &&Setting| is_listed && setting.name == "worker_threads";
    if let Some(Setting { name, value }) = args.settings.iter().find(is_for_some) {
        builder = quote_spanned!(site=> #path::__private::#name(&mut #builder, #value));
    }
