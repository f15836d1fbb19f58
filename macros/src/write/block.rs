//! The expansion for a function with a receiver or `Self`, which a nested function cannot reach.
//!
//! The body becomes an async block of the outer function, laid out as rustc lays out an `async fn`.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};

use super::outer::{Inner, within};
use super::params::{self, Param, Params};
use crate::read::Item;
use crate::syntax::{Receiver, ReturnType, Signature, calls_a_macro};

pub(super) fn inner(item: &mut Item) -> Inner {
    let site = Span::mixed_site();
    let Params { inputs, params } = params::split(&mut item.sig);
    let (attributes, body) = split_inner_attributes(item.body.stream());
    let Edge { outside, inside } = edge(&item.sig);
    let receiver = item.sig.receiver().and_then(receiver);
    let bindings = params.iter().map(binding);
    let braces = within(&item.body, quote!(#inside #receiver #(#bindings)* #body));
    // The block begins at the user's brace, so that rustc shows the body where it shows a block.
    let future = quote_spanned!(item.body.span_open()=> async move #braces);
    Inner {
        inputs,
        prelude: quote_spanned! {site=>
            #attributes
            #outside
            let __future = #future;
        },
        future: quote_spanned!(site=> __future),
    }
}

/// Moves an argument into the block, with everything that its pattern binds, and gives it the
/// user's names. So the argument is dropped there, as in an `async fn`: while its runtime runs.
fn binding(param: &Param) -> TokenStream {
    let Param {
        name,
        pat,
        is_variable,
        cfg,
        lints,
    } = param;
    let site = Span::mixed_site();
    let whole = (!is_variable).then(|| quote_spanned!(site=> #cfg let #name = #name;));
    quote_spanned!(site=> #whole #cfg #lints let #pat = #name;)
}

/// Moves all of `self` into the block, whether or not the body uses it.
fn receiver(receiver: &Receiver) -> Option<TokenStream> {
    let site = Span::mixed_site();
    let cfg = receiver
        .attrs
        .iter()
        .filter_map(|attr| attr.only(&|path| path.is_ident("cfg")));
    let name = receiver.by_value()?;
    Some(quote_spanned!(site=> #(#cfg)* let _ = &#name;))
}

/// Takes out the body's inner attributes, which only the body of a function can have.
fn split_inner_attributes(body: TokenStream) -> (TokenStream, TokenStream) {
    let mut trees: Vec<TokenTree> = body.into_iter().collect();
    let mut end = 0;
    while let [
        TokenTree::Punct(pound),
        TokenTree::Punct(bang),
        TokenTree::Group(_),
        ..,
    ] = &trees[end..]
        && pound.as_char() == '#'
        && bang.as_char() == '!'
    {
        end += 3;
    }
    let body = trees.split_off(end);
    (trees.into_iter().collect(), body.into_iter().collect())
}

/// A `return` that never runs. It tells rustc the type of the block before rustc reads the body.
#[derive(Default)]
struct Edge {
    outside: TokenStream,
    inside: TokenStream,
}

/// Makes the edge. It is located at the arrow of the signature, so that rustc points there for the
/// origin of the type.
fn edge(sig: &Signature) -> Edge {
    let site = Span::mixed_site();
    let (site, ty) = match &sig.output {
        ReturnType::Default => {
            let site = site.located_at(sig.paren_token.span.close());
            (site, quote_spanned!(site=> ()))
        }
        ReturnType::Type(_, ty) if !ty.has_name() => return Edge::default(),
        ReturnType::Type(_, ty) if calls_a_macro(ty.to_token_stream()) => return edge_of_a_macro(),
        ReturnType::Type(arrow, ty) => (site.located_at(arrow.spans[0]), ty.to_token_stream()),
    };
    let inside = quote_spanned! {site=>
        if let ::core::option::Option::Some(__output) = ::core::option::Option::None::<#ty> {
            return __output;
        }
    };
    Edge {
        inside,
        ..Edge::default()
    }
}

/// Makes the edge where a macro gives the type. The type may be an `impl Trait`, which no variable
/// can have, so the outer function and the block share an inferred type.
fn edge_of_a_macro() -> Edge {
    let site = Span::mixed_site();
    let outside = quote_spanned! {site=>
        fn __none<T>(_: ::core::marker::PhantomData<fn() -> T>) -> ::core::option::Option<T> {
            ::core::option::Option::None
        }
        let __type = ::core::marker::PhantomData;
        if let ::core::option::Option::Some(__output) = __none(__type) {
            return __output;
        }
    };
    let inside = quote_spanned! {site=>
        if let ::core::option::Option::Some(__output) = __none(__type) {
            return __output;
        }
    };
    Edge { outside, inside }
}
