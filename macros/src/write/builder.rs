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
    let is_written = |setting: &&Setting| setting.name == "runtime" || is_for_some(setting);
    let rest = || args.settings.iter().filter(|setting| !is_written(setting));
    let calls = rest().filter(|setting| !needs_a_feature(setting));
    let calls = calls.map(|Setting { name, value }| quote_spanned!(site=> .#name(#value)));
    builder = quote!(#builder #(#calls)*);
    for Setting { name, value } in rest().filter(needs_a_feature) {
        // Without the feature the macro is an error, which stands at the argument.
        let at = site.located_at(name.span());
        let path = located(path, name.span());
        builder = quote_spanned!(at=> #path::__private::#name!(#builder, #value));
    }
    builder
}

/// Returns whether the builder has this method only with some feature. `portable` knows its
/// features, and has a macro of the same name, which calls the method or is an error.
fn needs_a_feature(setting: &&Setting) -> bool {
    ["watchdog", "dump_on", "tokio_context", "start_paused"]
        .iter()
        .any(|name| setting.name == name)
}

/// Returns a path whose tokens stand at `span`, and are resolved as before.
fn located(path: &TokenStream, span: Span) -> TokenStream {
    let at = |mut tree: TokenTree| {
        tree.set_span(tree.span().located_at(span));
        tree
    };
    path.clone().into_iter().map(at).collect()
}

/// Returns the call of the hidden function for an argument around the builder.
pub(super) fn around(args: &Args, key: &str) -> Option<TokenStream> {
    let Setting { name, value } = args.around(key)?;
    let path = &args.path;
    Some(quote_spanned!(Span::mixed_site()=> #path::__private::#name(#value)))
}

#[cfg(test)]
mod tests;
