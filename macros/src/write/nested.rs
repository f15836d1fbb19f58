//! The usual expansion: the user's `async fn`, token for token, within the outer function.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;

use super::outer::{self, Inner};
use super::params::{self, Params};
use crate::read::Item;
use crate::syntax::{GenericParam, Path, Signature};

pub(super) fn inner(item: &mut Item) -> Inner {
    let site = Span::mixed_site();
    let Params { inputs, params } = params::split(&mut item.sig);
    let function = item.nested();
    let Item {
        attrs, sig, body, ..
    } = &*item;
    let attrs = attrs.iter().filter_map(|attr| attr.only(&is_of_the_code));
    let is_send = !may_wait(body.stream()) && params.is_empty();
    let not_send = (!is_send).then(|| quote_spanned!(site=> #[allow(clippy::future_not_send)]));
    let many = outer::many_arguments(params.len());
    let prelude = quote_spanned!(site=> #(#attrs)* #not_send #many #function);

    let name = outer::unplaced(&sig.ident);
    let generics = generic_arguments(sig);
    let values = params.iter().map(|param| {
        let (cfg, name) = (&param.cfg, &param.name);
        quote_spanned!(site=> #cfg #name)
    });
    let call = quote_spanned!(site=> #name #generics(#(#values),*));
    let future = match &sig.safety {
        Some(_) => quote_spanned!(site=> unsafe { #call }),
        None => call,
    };
    Inner {
        inputs,
        prelude,
        future,
    }
}

/// Returns whether the attribute affects the code generated for the body, which is in the inner
/// function.
fn is_of_the_code(path: &Path) -> bool {
    path.is_ident("target_feature") || path.is_ident("instruction_set")
}

/// Returns whether the body may hold a value across an `.await`, judged by its tokens.
///
/// If it does not, its future is `Send`, and the expansion needs no `allow`, which a crate may
/// forbid. [`Item::nested`] silences every other lint; only this one looks at the user's type.
fn may_wait(body: TokenStream) -> bool {
    // Any other macro may expand to an `.await`.
    const NEVER_AWAIT: [&str; 13] = [
        "assert",
        "assert_eq",
        "assert_ne",
        "dbg",
        "eprintln",
        "format",
        "matches",
        "panic",
        "print",
        "println",
        "spawn_task",
        "todo",
        "vec",
    ];
    let trees: Vec<TokenTree> = body.into_iter().collect();
    trees.iter().enumerate().any(|(index, tree)| match tree {
        TokenTree::Ident(word) => word == "await",
        TokenTree::Group(group) => match &trees[..index] {
            // An async block awaits in a future of its own.
            [.., TokenTree::Ident(word)] if word == "async" => false,
            [.., TokenTree::Ident(before), TokenTree::Ident(word)]
                if before == "async" && word == "move" =>
            {
                false
            }
            [.., TokenTree::Ident(name), TokenTree::Punct(bang)]
                if bang.as_char() == '!' && NEVER_AWAIT.iter().all(|known| name != known) =>
            {
                true
            }
            _ => may_wait(group.stream()),
        },
        _ => false,
    })
}

/// Returns `::<T, N>`: the types and constants, which a call may be unable to infer. Lifetimes are
/// always inferred.
fn generic_arguments(sig: &Signature) -> TokenStream {
    let params = sig.generics.params.iter();
    let names: Vec<Ident> = params
        .filter_map(|param| match param {
            GenericParam::Type(name) | GenericParam::Const(name) => Some(outer::unplaced(name)),
            GenericParam::Lifetime => None,
        })
        .collect();
    if names.is_empty() {
        return TokenStream::new();
    }
    quote_spanned!(Span::mixed_site()=> ::<#(#names),*>)
}
