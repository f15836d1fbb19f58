//! One test becomes one a runtime, in a build that has several.
//!
//! With one runtime the function itself is the test and keeps its plain name. With several, or
//! where the attribute restricts the runtimes, it is not a test but is called by those in a module
//! of its name: `my_test::tokio`, `my_test::smol`.

use proc_macro2::{Group, Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::{LitStr, bracketed};

use crate::item::Item;
use crate::runtimes::{self, Runtimes};
use crate::syntax::{Attribute, ReturnType};

/// What asks `portable` for the tests of `item`, which stands beside it.
pub(crate) fn call(path: &TokenStream, item: &Item, only: &[Literal]) -> TokenStream {
    let named =
        |attr: &&Attribute, names: &[&str]| names.iter().any(|name| attr.path().is_ident(name));
    // Without the function there is nothing to call.
    let cfg = item.attrs.iter().filter(|attr| named(attr, &["cfg"]));
    let kept = item
        .attrs
        .iter()
        .filter(|attr| named(attr, &["should_panic", "ignore", "cfg_attr"]));
    // Where nothing is returned nothing is said, as `#[should_panic]` asks for.
    let output = match &item.sig.output {
        ReturnType::Default => TokenStream::new(),
        ReturnType::Type(..) => {
            quote_spanned!(Span::mixed_site()=> -> impl ::std::process::Termination)
        }
    };
    let name = &item.sig.ident;
    let call = runtimes::ask(
        path,
        "fan_out",
        &quote!([#path] [#(#only)*] [#(#kept)*] [#output] #name),
    );
    quote!(#(#cfg)* #call)
}

/// `[runtimes] [path] ["only" "these"] [attributes] [-> output] name`: the tests, if the function is not one.
pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let parser = |input: ParseStream<'_>| {
        let runtimes: Runtimes = input.parse()?;
        let path = bracketed_tokens(input)?;
        let only = bracketed_names(input)?;
        let attrs = bracketed_tokens(input)?;
        let output = bracketed_tokens(input)?;
        let name: Ident = input.parse()?;
        if only.is_empty() && runtimes.on().count() < 2 {
            return Ok(TokenStream::new());
        }
        for name in &only {
            runtimes.has(name)?;
        }
        let is_wanted =
            |name: &LitStr| only.is_empty() || only.iter().any(|only| only.value() == name.value());
        let site = Span::mixed_site();
        let tests = runtimes
            .on()
            .filter(|runtime| is_wanted(&runtime.name))
            .map(|runtime| {
                let (test, runtime) = (runtime.ident(), &runtime.name);
                quote_spanned! {site=>
                    #attrs
                    #[::core::prelude::v1::test]
                    fn #test() #output {
                        #path::__private::test_on(#runtime, __run)
                    }
                }
            });
        Ok(quote_spanned! {site=>
            #[cfg(test)]
            mod #name {
                // For a path to `portable` that is relative to the module around.
                #[allow(unused_imports, clippy::wildcard_imports)]
                use super::*;

                #(#tests)*

                #[allow(dead_code)]
                fn __run() #output {
                    // What is called where the function itself stands in a body, whose items no
                    // module can name.
                    fn #name()
                    where
                        for<'a> #path::__private::FunctionInABody: #path::__private::IsATest<'a>,
                    {
                    }
                    {
                        #[allow(unused_imports, clippy::wildcard_imports)]
                        use super::*;

                        #name()
                    }
                }
            }
        })
    };
    match parser.parse2(tokens) {
        Ok(tests) => tests,
        Err(error) => error.to_compile_error(),
    }
}

/// What stands in for `#[test]` on the function where it is called by tests.
pub(crate) fn called(item: TokenStream) -> TokenStream {
    quote_spanned! {Span::mixed_site()=>
        #[cfg(test)]
        #[allow(dead_code)]
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

/// The attribute that makes the function a test or not.
pub(crate) fn attribute(path: &TokenStream, only: &[Literal]) -> TokenStream {
    let site = Span::mixed_site();
    let name = if only.is_empty() {
        "test"
    } else {
        "called_by_tests"
    };
    let name = Ident::new(name, site).into_token_stream();
    quote_spanned!(site=> #[#path::__private::#name])
}

#[cfg(test)]
mod tests;
