//! One test becomes one a runtime, in a build that has several.
//!
//! With one runtime the function itself is the test and keeps its plain name. With several, or
//! where the attribute restricts the runtimes, it is not a test but is called by those beside it:
//! `my_test__tokio`, `my_test__smol`. They are functions and not in a module of that name, because a
//! test may be called what a module, an import or a crate is called.

use proc_macro2::{Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{LitStr, bracketed};

use crate::item::{self, Item};
use crate::runtimes::{self, Runtimes};
use crate::syntax::{Attribute, ReturnType};

/// What asks `portable` for the tests of `item`, which stands beside it.
///
/// Where another thread makes an exit status of what it returns, `is_status` says so.
pub(crate) fn call(
    path: &TokenStream,
    item: &Item,
    is_status: bool,
    only: &[Literal],
) -> TokenStream {
    let named =
        |attr: &&Attribute, names: &[&str]| names.iter().any(|name| attr.path().is_ident(name));
    // Without the function there is nothing to call.
    let cfg = item.attrs.iter().filter(|attr| named(attr, &["cfg"]));
    let kept = item.attrs.iter().filter_map(|attr| {
        if named(&attr, &["expect"]) {
            return Some(allowed(attr));
        }
        named(&attr, &KEPT).then(|| attr.to_token_stream())
    });
    let sig = &item.sig;
    let output = match &sig.output {
        // Where nothing is returned nothing is said, as `#[should_panic]` asks for.
        ReturnType::Default => TokenStream::new(),
        ReturnType::Type(_, ty) if ty.is_unit() => TokenStream::new(),
        // Where the user wrote the type, rustc says what is wrong with it.
        ReturnType::Type(_, ty) => {
            let has_no_name = ty.is_never() || item::mentions(ty, "impl");
            let ty = ty.to_token_stream();
            if has_no_name || is_status || !sig.generics.params.is_empty() {
                let start = ty.into_iter().next().map(|first| first.span());
                let site = Span::mixed_site();
                quote_spanned!(start.map_or(site, |start| site.located_at(start))=> _)
            } else {
                ty
            }
        }
    };
    let name = &sig.ident;
    let call = runtimes::ask(
        path,
        "fan_out",
        &quote!([#path] [#(#only)*] [#(#kept)*] [#output] #name),
    );
    quote!(#(#cfg)* #call)
}

/// The attributes that the tests have too: those of the harness, and the lints that are on or off in
/// the type that is returned.
const KEPT: [&str; 7] = [
    "should_panic",
    "ignore",
    "cfg_attr",
    "allow",
    "warn",
    "deny",
    "forbid",
];

/// `#[expect(…)]` as `#[allow(…)]`: what the function is expected to do, its tests may not.
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

/// `[runtimes] [path] ["only" "these"] [attributes] [type] name`: the tests, if the function is not
/// one.
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
        // Where the user wrote the name, rustc says what is wrong with the tests. It takes them for
        // a macro's all the same, so that no lint reads what is made here.
        let site = Span::mixed_site().located_at(name.span());
        let function = item::unplaced(&name);
        let (arrow, run) = if output.is_empty() {
            (TokenStream::new(), quote_spanned!(site=> test_on))
        } else {
            (
                quote_spanned!(site=> -> #path::__private::ExitCode),
                quote_spanned!(site=> outcome_on::<#output>),
            )
        };
        let wanted = runtimes.on().filter(|runtime| is_wanted(&runtime.name));
        let tests = wanted.map(|runtime| {
            let test = format_ident!("{}__{}", name.unraw(), runtime.ident(), span = site);
            let runtime = &runtime.name;
            quote_spanned! {site=>
                #attrs
                #[::core::prelude::v1::test]
                fn #test() #arrow {
                    #path::__private::#run(#runtime, #function)
                }
            }
        });
        let tests: Vec<TokenStream> = tests.collect();
        // A function that none names is dead code, and clippy has a lint against one that is named
        // once. So it is named twice more.
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

/// What stands in for `#[test]` on the function where it is called by tests.
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

/// The attribute that makes the function a test or not.
///
/// Where the function's name stands, so that there rustc says what is wrong with a test.
pub(crate) fn attribute(path: &TokenStream, name: &Ident, only: &[Literal]) -> TokenStream {
    let site = Span::mixed_site().located_at(name.span());
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
