//! The usual expansion: the user's `async fn`, token for token, within the outer function.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use crate::entry::Inner;
use crate::item::{self, Item};
use crate::params::{self, Params};
use crate::syntax::{GenericParam, Signature};

pub(crate) fn inner(item: &mut Item) -> Inner {
    let site = Span::mixed_site();
    let Params { inputs, params } = params::split(&mut item.sig);
    let Item { vis, sig, body, .. } = &*item;
    // The visibility means nothing here, but rustc's labels begin at it.
    let prelude = quote_spanned! {site=>
        #[allow(
            unreachable_pub,
            clippy::future_not_send,
            clippy::redundant_pub_crate,
            clippy::single_call_fn,
            clippy::unused_async
        )]
        #vis #sig #body
    };

    let name = item::unplaced(&sig.ident);
    let generics = generic_arguments(sig);
    let values = params.iter().map(|param| {
        let (cfg, name) = (&param.cfg, &param.name);
        quote_spanned!(site=> #cfg #name)
    });
    let call = quote_spanned!(site=> #name #generics(#(#values),*));
    let future = match &sig.safety {
        Some(_) => quote_spanned! {site=>
            {
                #[allow(clippy::undocumented_unsafe_blocks)]
                unsafe { #call }
            }
        },
        None => call,
    };
    Inner {
        inputs,
        prelude,
        future,
    }
}

/// `::<T, N>`: types and constants that a call may be unable to infer. Lifetimes it always can.
fn generic_arguments(sig: &Signature) -> TokenStream {
    let params = sig.generics.params.iter();
    let names: Vec<Ident> = params
        .filter_map(|param| match param {
            GenericParam::Type(name) | GenericParam::Const(name) => Some(item::unplaced(name)),
            GenericParam::Lifetime => None,
        })
        .collect();
    if names.is_empty() {
        return TokenStream::new();
    }
    quote_spanned!(Span::mixed_site()=> ::<#(#names),*>)
}
