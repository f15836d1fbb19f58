//! The expansion for what a nested function cannot reach: a receiver, or `Self`.
//!
//! The body becomes an async block of the outer function, laid out as rustc lays out an `async fn`.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};

use crate::entry::{self, Inner};
use crate::item::{self, Item};
use crate::params::{self, Params};
use crate::syntax::{ReturnType, Signature};

pub(crate) fn is_needed(item: &Item) -> bool {
    item.sig.receiver().is_some()
        || item::mentions(&item.sig, "Self")
        || item::body_mentions_self(item.body.stream())
}

pub(crate) fn inner(item: &mut Item) -> Inner {
    let site = Span::mixed_site();
    let Params { inputs, params } = params::split(&mut item.sig);
    let (attributes, body) = split_inner_attributes(item.body.stream());
    let edge = edge(&item.sig);
    let bindings = params.iter().map(|param| {
        let (cfg, lints, pat, name) = (&param.cfg, &param.lints, &param.pat, &param.name);
        quote_spanned!(site=> #cfg #lints let #pat = #name;)
    });
    let braces = entry::within(&item.body, quote!(#edge #(#bindings)* #body));
    // The block begins at the user's brace, so that rustc shows the body where it shows a block.
    let future = quote_spanned!(item.body.span_open()=> async move #braces);
    Inner {
        inputs,
        prelude: quote_spanned! {site=>
            #attributes
            let __future = #future;
        },
        future: quote_spanned!(site=> __future),
    }
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

/// A `return` that never runs, and tells rustc the type of the block before it reads the body.
///
/// It is placed at the arrow of the signature, where rustc then says that the type comes from.
fn edge(sig: &Signature) -> TokenStream {
    let site = Span::mixed_site();
    let (site, ty) = match &sig.output {
        ReturnType::Default => {
            let site = site.located_at(sig.paren_token.span.close());
            (site, quote_spanned!(site=> ()))
        }
        ReturnType::Type(_, ty) if ty.is_never() => return TokenStream::new(),
        ReturnType::Type(_, ty) if item::mentions(ty, "impl") => return TokenStream::new(),
        ReturnType::Type(arrow, ty) => (site.located_at(arrow.spans[0]), ty.to_token_stream()),
    };
    quote_spanned! {site=>
        #[allow(
            unknown_lints,
            unreachable_code,
            clippy::diverging_sub_expression,
            clippy::empty_loop,
            clippy::let_unit_value,
            clippy::let_with_type_underscore,
            clippy::needless_return,
            clippy::unreachable
        )]
        if false {
            let __output: #ty = loop {};
            return __output;
        }
    }
}
