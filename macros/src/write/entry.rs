//! The expansion of `#[main]` and `#[test]`.
//!
//! The function stays as the user wrote it, nested in one of the same name that is not async and
//! hands it to the runtime. So rustc reports the same of its body as without the attribute.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;

use super::builder::{self, around};
use super::outer::{Inner, no_main, unread, within};
use super::{block, fan_out, nested};
use crate::check::{self, Shape};
use crate::errors::Errors;
use crate::read::{Args, Item, Kind};
use crate::syntax::ReturnType;

/// Expands one of the attributes. The output contains an item, whatever the input is.
pub(crate) fn expand(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let written = args.clone();
    let args = Args::parse(kind, args, &mut errors);
    let mut item = match Item::parse(kind.attribute(), item.clone()) {
        Ok(item) => item,
        Err(error) => {
            errors.extend(error);
            return unread(&item, &errors);
        }
    };
    if kind == Kind::Test && errors.is_empty() && check::makes_tests(&item.attrs) {
        return last(&args.path, &written, &item);
    }
    let shape = check::entry(kind, &args, &mut item, &mut errors);
    let function = match shape {
        Shape::Whole if errors.is_empty() => return whole(kind, &args, item),
        // A function without `#[test]` is never called, but after an error rustc does not warn of
        // that.
        Shape::Whole | Shape::NoTest => {
            let is_test = kind == Kind::Test && shape == Shape::Whole;
            let test =
                is_test.then(|| quote_spanned!(Span::mixed_site()=> #[::core::prelude::v1::test]));
            let outer = Outer {
                test: test.unwrap_or_default(),
                output: None,
                is_free: kind == Kind::Test,
                blames_caller: false,
            };
            function(item, &outer, &refused)
        }
        Shape::NoMain => no_main(item),
    };
    quote!(#function #errors)
}

/// Expands a function without mistakes, and adds the tests that call it.
fn whole(kind: Kind, args: &Args, item: Item) -> TokenStream {
    let is_program_main = kind == Kind::Main && check::is_program_main(&item.sig);
    let crosses = args.around("stack_size").is_some() || args.spawn.is_some() && is_program_main;
    let outcome = crosses.then(|| Outcome::of(&item.sig.output)).flatten();
    let (test, tests) = match kind {
        Kind::Test => (
            fan_out::attribute(args, &item.sig.ident),
            fan_out::call(args, &item, outcome.is_some()),
        ),
        _ => Default::default(),
    };
    let name = item.sig.ident.unraw().to_string();
    let is_called = kind == Kind::Main && !is_program_main;
    let entry = match is_called {
        true => "call",
        false => kind.name(),
    };
    let outer = Outer {
        test,
        output: outcome.as_ref().map(|_| Outcome::output(&args.path)),
        // The outer function is not in an `impl` block.
        is_free: kind == Kind::Test || crosses,
        blames_caller: is_called,
    };
    let finish = |future: &TokenStream| run(kind, entry, args, &name, outcome.as_ref(), future);
    let function = function(item, &outer, &finish);
    quote!(#function #tests)
}

/// Moves our attribute below all others of the function.
fn last(path: &TokenStream, args: &TokenStream, item: &Item) -> TokenStream {
    let Item {
        attrs,
        vis,
        sig,
        body,
    } = item;
    let test = quote_spanned!(Span::mixed_site()=> #[#path::test(#args)]);
    quote!(#(#attrs)* #test #vis #sig #body)
}

/// The exit status that a function returns if another thread runs it. A function without output has
/// none.
///
/// The output need not be `Send`, so the thread that produced it turns it into an exit status.
struct Outcome {
    /// The output's type, if it can be named.
    ty: Option<TokenStream>,
}

impl Outcome {
    fn of(output: &ReturnType) -> Option<Self> {
        let ty = output.some()?;
        let ty = ty.has_name().then(|| ty.to_token_stream());
        Some(Outcome { ty })
    }

    /// Returns the type that stands in place of the function's output.
    fn output(path: &TokenStream) -> TokenStream {
        quote_spanned!(Span::mixed_site()=> -> #path::__private::ExitCode)
    }

    fn report(&self, path: &TokenStream, output: &TokenStream) -> TokenStream {
        let site = Span::mixed_site();
        // Located at the user's type, so that rustc reports errors about the type there.
        let ty = self.ty.as_ref().map(|ty| quote_spanned!(site=> ::<#ty>));
        quote_spanned!(site=> #path::__private::reported #ty(#output))
    }
}

/// Hands the user's future to the runtime's entry.
///
/// The future is pinned here, so that the entry is compiled once per output type and not once per
/// future.
fn run(
    kind: Kind,
    entry: &str,
    args: &Args,
    name: &str,
    outcome: Option<&Outcome>,
    future: &TokenStream,
) -> TokenStream {
    let site = Span::mixed_site();
    let path = &args.path;
    let builder = builder::builder(kind, args);
    let spawned = args.spawn.map(|asked| {
        let future = match outcome {
            None => future.clone(),
            Some(outcome) => {
                let report = outcome.report(path, &quote_spanned!(site=> #future.await));
                quote_spanned!(site=> async move { #report })
            }
        };
        // Located at the argument, so that rustc reports a future that is not `Send` there.
        let as_task = Ident::new("as_task", site.located_at(asked));
        quote_spanned!(site.located_at(asked)=> #path::__private::#as_task(#future))
    });
    let future = spawned.as_ref().unwrap_or(future);
    let mut run = match around(args, "timeout") {
        None => match builder::plain(kind, args) {
            // A function takes less to compile than a call of it.
            Some(new) => {
                let entry = Ident::new(&format!("plain_{entry}"), site);
                quote_spanned!(site=> #path::__private::#entry(#new, ::core::pin::pin!(#future)))
            }
            None => {
                let entry = Ident::new(entry, site);
                quote_spanned!(site=> #path::__private::#entry(#builder, ::core::pin::pin!(#future)))
            }
        },
        // A future on the heap can be dropped before its runtime.
        Some(limit) => quote_spanned! {site=>
            #path::__private::test_within(
                #limit,
                ::core::concat!(::core::module_path!(), "::", #name),
                #builder,
                #path::__private::Box::pin(#future),
            )
        },
    };
    if let Some(outcome) = outcome
        && args.spawn.is_none()
    {
        run = outcome.report(path, &run);
    }
    let init = around(args, "init").map(|init| quote_spanned!(site=> #init;));
    if let Some(bytes) = around(args, "stack_size") {
        let on_stack = Ident::new(&format!("{}_on_stack", kind.name()), site);
        run = quote_spanned!(site=> #path::__private::#on_stack(#bytes, move || { #init #run }));
    } else if init.is_some() {
        run = quote_spanned!(site=> { #init #run });
    }
    quote_spanned!(site=> #path::__private::entry!(#run))
}

/// Stands in for [`run`] after a mistake: an expression of the right type that uses the function
/// and needs neither a runtime nor `portable`.
pub(super) fn refused(future: &TokenStream) -> TokenStream {
    let site = Span::mixed_site();
    quote_spanned! {site=>
        {
            fn __output<Future: ::core::future::Future>(_: Future) -> Future::Output {
                loop {}
            }
            __output(#future)
        }
    }
}

/// The parts of the outer function that the user did not write.
pub(super) struct Outer {
    /// The attribute that makes it a test.
    pub(super) test: TokenStream,
    /// The output type, if it differs from that of the user's function.
    pub(super) output: Option<TokenStream>,
    /// Whether the function is outside of `impl` blocks, so that no macro in its signature expands
    /// to `Self`.
    pub(super) is_free: bool,
    /// Whether a panic of the entry is the caller's mistake and names the caller. A program's
    /// `main` has no caller, and rustc rejects `#[track_caller]` on it.
    pub(super) blames_caller: bool,
}

/// Writes the outer function. `finish` makes its last expression from the user's future.
pub(super) fn function(
    mut item: Item,
    outer: &Outer,
    finish: &dyn Fn(&TokenStream) -> TokenStream,
) -> TokenStream {
    let site = Span::mixed_site();
    let is_block = item.needs_block() || !outer.is_free && item.may_need_block();
    let Inner {
        inputs,
        prelude,
        future,
    } = match is_block {
        true => block::inner(&mut item),
        false => nested::inner(&mut item),
    };
    // A clippy lint demands the word `return`. Before an expression that never returns, rustc warns
    // of it.
    let never_returns = outer.output.is_none()
        && matches!(&item.sig.output, ReturnType::Type(_, ty) if ty.is_never());
    let word = (!never_returns).then(|| quote_spanned!(site=> return));
    let own_output = item.sig.output.to_token_stream();
    let output = outer.output.as_ref().unwrap_or(&own_output);
    let finish = finish(&future);
    let body = within(&item.body, quote!(#prelude #word #finish));

    let Item {
        attrs, vis, sig, ..
    } = &item;
    let (safety, fn_token, name) = (&sig.safety, &sig.fn_token, &sig.ident);
    let generics = &sig.generics;
    let where_clause = &generics.where_clause;
    let is_told = item.attribute("track_caller").is_some();
    let track_caller =
        (outer.blames_caller && !is_told).then(|| quote_spanned!(site=> #[track_caller]));
    let test = &outer.test;
    let mut parentheses = TokenStream::new();
    sig.paren_token
        .surround(&mut parentheses, |tokens| tokens.extend(inputs));
    quote! {
        #(#attrs)*
        #track_caller
        #test
        #vis #safety #fn_token #name #generics #parentheses #output #where_clause #body
    }
}

#[cfg(test)]
mod tests;
