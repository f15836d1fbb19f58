//! What `#[main]` and `#[test]` turn a function into.
//!
//! The function stays as the user wrote it, nested in one of the same name that is not async and
//! hands it to the runtime. So rustc says of its body what it would say without the attribute.

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;

use crate::args::Args;
use crate::block;
use crate::errors::Errors;
use crate::fan_out;
use crate::item::{self, Item};
use crate::kind::Kind;
use crate::nested;
use crate::signature::{self, Shape};
use crate::syntax::{Path, ReturnType};

/// How an outer function reaches what the user wrote.
pub(crate) struct Inner {
    /// The arguments of the outer function.
    pub(crate) inputs: TokenStream,
    /// What its body begins with.
    pub(crate) prelude: TokenStream,
    /// An expression that is the user's future.
    pub(crate) future: TokenStream,
}

/// Expands one of the attributes. It gives an item for whatever it is given.
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
    if kind == Kind::Test && errors.is_empty() && signature::makes_tests(&item.attrs) {
        return last(args.path(), &written, &item);
    }
    let shape = signature::check(kind, &mut item, &mut errors);
    if !signature::gives_a_status(kind, &item) {
        args.refuse_stack_size(&mut errors);
    } else {
        args.check_stack(&mut errors);
    }
    let function = match shape {
        Shape::Whole if errors.is_empty() => {
            let is_program_main = signature::is_program_main(&item.sig);
            let crosses = args.stack_size().is_some() || args.spawn().is_some() && is_program_main;
            let outcome = crosses.then(|| Outcome::of(&item.sig.output)).flatten();
            let (test, tests) = match kind {
                Kind::Main => Default::default(),
                Kind::Test => {
                    let (path, only) = (args.path(), args.runtimes());
                    let tests = fan_out::call(path, &item, outcome.is_some(), only);
                    (fan_out::attribute(path, &item.sig.ident, only), tests)
                }
            };
            let name = item.sig.ident.unraw().to_string();
            let entry = match kind {
                Kind::Main if !is_program_main => "call",
                _ => kind.name(),
            };
            let outer = Outer {
                test,
                output: outcome.as_ref().map(|_| Outcome::output(args.path())),
                // It is a function of a module.
                is_free: kind == Kind::Test || crosses,
                blames_caller: kind == Kind::Main && !is_program_main,
            };
            let finish = |future: &_| run(kind, entry, &args, &name, outcome.as_ref(), future);
            let function = function(item, &outer, finish);
            quote!(#function #tests)
        }
        // A test that is none nobody calls, of which rustc says nothing after an error.
        Shape::Whole | Shape::NoTest => {
            let test = match (kind, shape) {
                (Kind::Test, Shape::Whole) => {
                    quote_spanned!(Span::mixed_site()=> #[::core::prelude::v1::test])
                }
                _ => TokenStream::new(),
            };
            let outer = Outer {
                test,
                output: None,
                is_free: kind == Kind::Test,
                blames_caller: false,
            };
            function(item, &outer, refused)
        }
        Shape::NoMain => no_main(item),
    };
    quote!(#function #errors)
}

/// The function with `#[test]` below all of its attributes.
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

/// What a function that another thread runs returns, unless that is nothing: an exit status.
///
/// Its output need not be `Send`, so the thread that made it makes an exit status of it.
struct Outcome {
    /// The output's type, if it can be named.
    ty: Option<TokenStream>,
}

impl Outcome {
    fn of(output: &ReturnType) -> Option<Self> {
        match output {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) if ty.is_unit() => None,
            ReturnType::Type(_, ty) if ty.is_never() || item::mentions(ty, "impl") => {
                Some(Outcome { ty: None })
            }
            ReturnType::Type(_, ty) => Some(Outcome {
                ty: Some(ty.to_token_stream()),
            }),
        }
    }

    /// What the function returns in place of its output.
    fn output(path: &TokenStream) -> TokenStream {
        quote_spanned!(Span::mixed_site()=> -> #path::__private::ExitCode)
    }

    fn report(&self, path: &TokenStream, output: &TokenStream) -> TokenStream {
        let site = Span::mixed_site();
        // Where the user wrote the type, rustc says what is wrong with it.
        let ty = self.ty.as_ref().map(|ty| quote_spanned!(site=> ::<#ty>));
        quote_spanned!(site=> #path::__private::reported #ty(#output))
    }
}

/// Hands the user's future to the runtime's entry.
///
/// It is pinned here, so that the entry is compiled once for an output and not for each future.
fn run(
    kind: Kind,
    entry: &str,
    args: &Args,
    name: &str,
    outcome: Option<&Outcome>,
    future: &TokenStream,
) -> TokenStream {
    let site = Span::mixed_site();
    let path = args.path();
    let builder = args.builder();
    let spawned = args.spawn().map(|asked| {
        let future = match outcome {
            None => future.clone(),
            Some(outcome) => {
                let report = outcome.report(path, &quote_spanned!(site=> #future.await));
                quote_spanned!(site=> async move { #report })
            }
        };
        // What rustc says of a future that is not `Send`, it says there.
        let as_task = Ident::new("as_task", site.located_at(asked));
        quote_spanned!(site.located_at(asked)=> #path::__private::#as_task(#future))
    });
    let future = spawned.as_ref().unwrap_or(future);
    let mut run = match args.timeout() {
        None => match args.plain_builder() {
            // A function in place of a call is less to compile.
            Some(new) => {
                let entry = Ident::new(&format!("plain_{entry}"), site);
                quote_spanned!(site=> #path::__private::#entry(#new, ::core::pin::pin!(#future)))
            }
            None => {
                let entry = Ident::new(entry, site);
                quote_spanned!(site=> #path::__private::#entry(#builder, ::core::pin::pin!(#future)))
            }
        },
        // On the heap it can be dropped before its runtime is.
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
        && args.spawn().is_none()
    {
        run = outcome.report(path, &run);
    }
    let init = args.init().map(|init| quote_spanned!(site=> #init;));
    if let Some(bytes) = args.stack_size() {
        let on_stack = Ident::new(&format!("{}_on_stack", kind.name()), site);
        run = quote_spanned!(site=> #path::__private::#on_stack(#bytes, move || { #init #run }));
    } else if init.is_some() {
        run = quote_spanned!(site=> { #init #run });
    }
    quote_spanned!(site=> #path::__private::entry!(#run))
}

/// Stands in for [`run`] after a mistake: something of the right type that uses the function, and
/// needs neither a runtime nor `portable`.
fn refused(future: &TokenStream) -> TokenStream {
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

/// What the outer function is, apart from what the user wrote.
struct Outer {
    /// The attribute that makes it a test.
    test: TokenStream,
    /// What it returns, if not what the user's function does.
    output: Option<TokenStream>,
    /// Whether it is no function of an `impl` block, so that no macro in its signature says `Self`.
    is_free: bool,
    /// Whether a panic of the entry is the caller's mistake, and names it. That of a program's `main`
    /// has none, and rustc refuses to be told so.
    blames_caller: bool,
}

/// The outer function, whose last expression `finish` makes of the user's future.
fn function(
    mut item: Item,
    outer: &Outer,
    finish: impl FnOnce(&TokenStream) -> TokenStream,
) -> TokenStream {
    let site = Span::mixed_site();
    let is_block = block::is_needed(&item) || !outer.is_free && block::may_be_needed(&item);
    let Inner {
        inputs,
        prelude,
        future,
    } = match is_block {
        true => block::inner(&mut item),
        false => nested::inner(&mut item),
    };
    // Some want the word to be there. Where nothing returns, rustc wants it not to be.
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
    let is_track_caller = |path: &Path| path.is_ident("track_caller");
    let is_told = attrs.iter().any(|attr| attr.may_be(is_track_caller));
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

/// `body` in the user's own braces. Without their span rustc takes the function for a macro's and
/// keeps silent when nobody calls it.
pub(crate) fn within(braces: &Group, body: TokenStream) -> Group {
    let mut group = Group::new(braces.delimiter(), body);
    group.set_span(braces.span());
    group
}

/// A program's `main` in place of one whose signature no `main` can have, with that one inside.
pub(crate) fn no_main(item: Item) -> TokenStream {
    let function = item.nested();
    let Item {
        attrs, vis, body, ..
    } = item;
    let outer = within(&body, function);
    quote!(#(#attrs)* #vis fn main() #outer)
}

/// What to give back for something that is not a function with a body.
pub(crate) fn unread(item: &TokenStream, errors: &Errors) -> TokenStream {
    let item = &item::with_body(item.clone());
    if item::looks_like_main(item) && !item::mentions(item, "self") {
        quote! {
            fn main() {
                #item
            }
            #errors
        }
    } else {
        quote!(#item #errors)
    }
}

#[cfg(test)]
mod tests;
