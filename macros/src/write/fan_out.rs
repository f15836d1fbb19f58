//! Turns one test into one per runtime, in a build that has several.
//!
//! With one runtime the function itself is the test and keeps its plain name. With several, or
//! where the attribute restricts the runtimes, it is not a test but is called by the tests beside
//! it: `my_test__tokio`, `my_test__smol`. The tests are functions and not members of a module with
//! the test's name, because a test may share its name with a module, an import or a crate.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{LitStr, bracketed};

use super::outer;
use super::runtimes::{self, Runtimes};
use crate::read::{Args, Flavor, Item};
use crate::syntax::Attribute;

/// Writes the call that asks `portable` for the tests of `item`. The call stands beside `item`.
///
/// With `is_status`, another thread turns the output of the function into an exit status.
pub(super) fn call(args: &Args, item: &Item, is_status: bool) -> TokenStream {
    // The function is its own test.
    if args.runtime_expression().is_some() {
        return TokenStream::new();
    }
    let (path, only) = (&args.path, &args.runtimes);
    let flavors = args.flavors().unwrap_or_default().iter();
    let flavors = flavors.map(|(flavor, _)| flavor.name());
    let named =
        |attr: &&Attribute, names: &[&str]| names.iter().any(|name| attr.path().is_ident(name));
    // A function that a `cfg` removes cannot be called.
    let cfg = item.attrs.iter().filter(|attr| named(attr, &["cfg"]));
    let kept = item.attrs.iter().filter_map(|attr| {
        if named(&attr, &["expect"]) {
            return Some(allowed(attr));
        }
        named(&attr, &KEPT).then(|| attr.to_token_stream())
    });
    let sig = &item.sig;
    // A test without output gets no return type, because `#[should_panic]` allows none.
    let output = sig.output.some().map(|ty| {
        let is_generic = !sig.generics.params.is_empty();
        if ty.has_name() && !is_status && !is_generic {
            return ty.to_token_stream();
        }
        // Located at the user's type, so that rustc reports errors about the type there.
        let start = ty.to_token_stream().into_iter().next();
        let site = Span::mixed_site();
        quote_spanned!(start.map_or(site, |start| site.located_at(start.span()))=> _)
    });
    let name = &sig.ident;
    let call = runtimes::ask(
        path,
        "fan_out",
        &quote!([#path] [#(#only)*] [#(#flavors)*] [#(#kept)*] [#output] #name),
    );
    quote!(#(#cfg)* #call)
}

/// The attributes that the tests get too: those of the test harness, and lint levels, which apply
/// to the type that is returned.
const KEPT: [&str; 7] = [
    "should_panic",
    "ignore",
    "cfg_attr",
    "allow",
    "warn",
    "deny",
    "forbid",
];

/// Turns `#[expect(…)]` into `#[allow(…)]`: the expected lint may not occur in the tests.
fn allowed(expect: &Attribute) -> TokenStream {
    let trees = expect.to_token_stream().into_iter();
    let trees = trees.map(|tree| match tree {
        TokenTree::Group(brackets) => {
            let arguments = brackets.stream().into_iter().skip(1);
            let allow = Ident::new("allow", Span::mixed_site());
            let mut group = Group::new(
                brackets.delimiter(),
                allow
                    .into_token_stream()
                    .into_iter()
                    .chain(arguments)
                    .collect(),
            );
            group.set_span(brackets.span());
            TokenTree::Group(group)
        }
        tree => tree,
    });
    trees.collect()
}

/// Expands `[runtimes] [path] ["only" "these"] ["flavors"] [attributes] [type] name` to the tests,
/// or to nothing if the function itself is the test.
pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let parser = |input: ParseStream<'_>| {
        let runtimes: Runtimes = input.parse()?;
        let path = bracketed_tokens(input)?;
        let (only, flavors) = (bracketed_names(input)?, bracketed_names(input)?);
        let attrs = bracketed_tokens(input)?;
        let output = bracketed_tokens(input)?;
        let name: Ident = input.parse()?;
        let says_runtime = !only.is_empty() || runtimes.on().count() > 1;
        if !says_runtime && flavors.is_empty() {
            return Ok(TokenStream::new());
        }
        for name in &only {
            runtimes.has(name)?;
        }
        let is_wanted =
            |name: &LitStr| only.is_empty() || only.iter().any(|only| only.value() == name.value());
        // Located at the user's name, so that rustc reports errors about the tests there. The
        // tokens still count as a macro's, so no lint applies to them.
        let site = Span::mixed_site().located_at(name.span());
        let function = outer::unplaced(&name);
        let (arrow, run) = if output.is_empty() {
            (TokenStream::new(), quote_spanned!(site=> test_on))
        } else {
            (
                quote_spanned!(site=> -> #path::__private::ExitCode),
                quote_spanned!(site=> outcome_on::<#output>),
            )
        };
        let flavors: Vec<Option<Flavor>> = match flavors.as_slice() {
            [] => vec![None],
            names => names
                .iter()
                .map(|name| Flavor::named(&name.value()))
                .collect(),
        };
        let mut tests = Vec::new();
        for runtime in runtimes.on().filter(|runtime| is_wanted(&runtime.name)) {
            for flavor in &flavors {
                let mut test = name.unraw().to_string();
                if says_runtime {
                    test = format!("{test}__{}", runtime.ident());
                }
                if let Some(flavor) = flavor {
                    test = format!("{test}__{}", flavor.name());
                }
                let (test, runtime) = (Ident::new(&test, site), &runtime.name);
                let flavor = flavor.map(|flavor| {
                    let new = Ident::new(flavor.constructor(), site);
                    quote_spanned! {site=>
                        #path::__private::set_flavor(#path::runtime::Builder::#new);
                    }
                });
                tests.push(quote_spanned! {site=>
                    #attrs
                    #[::core::prelude::v1::test]
                    fn #test() #arrow {
                        #flavor
                        #path::__private::#run(#runtime, #function)
                    }
                });
            }
        }
        // rustc reports a function that is never named as dead code, and a clippy lint reports one
        // that is named once. So the function is named twice more.
        let named = (tests.len() < 2).then(|| {
            quote_spanned! {site=>
                #[cfg(test)]
                const _: () = {
                    let _ = (#function, #function);
                };
            }
        });
        Ok(quote!(#(#tests)* #named))
    };
    match parser.parse2(tokens) {
        Ok(tests) => tests,
        Err(error) => error.to_compile_error(),
    }
}

/// Replaces `#[test]` on a function that tests call.
pub(crate) fn called(item: TokenStream) -> TokenStream {
    quote_spanned! {Span::mixed_site()=>
        #[cfg(test)]
        #item
    }
}

fn bracketed_tokens(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let group: Group = input.parse()?;
    Ok(group.stream())
}

fn bracketed_names(input: ParseStream<'_>) -> syn::Result<Vec<LitStr>> {
    let list;
    bracketed!(list in input);
    let mut names = Vec::new();
    while !list.is_empty() {
        names.push(list.parse()?);
    }
    Ok(names)
}

/// Returns the attribute that decides whether the function is a test.
///
/// It is located at the function's name, so that rustc reports errors about a test there.
pub(super) fn attribute(args: &Args, name: &Ident) -> TokenStream {
    let (path, site) = (&args.path, Span::mixed_site().located_at(name.span()));
    if args.runtime_expression().is_some() {
        return quote_spanned!(site=> #[::core::prelude::v1::test]);
    }
    let name = match args.runtimes.is_empty() && args.flavors().is_none() {
        true => "test",
        false => "called_by_tests",
    };
    let name = Ident::new(name, site);
    quote_spanned!(site=> #[#path::__private::#name])
}

#[cfg(test)]
mod tests;
