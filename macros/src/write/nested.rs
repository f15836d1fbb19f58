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

/// Whether an attribute says how the code of the body is made, which is in the inner function.
fn is_of_the_code(path: &Path) -> bool {
    path.is_ident("target_feature") || path.is_ident("instruction_set")
}

/// Whether a body may hold something while it waits, as far as its tokens tell.
///
/// If not, its future is `Send`, and there is no lint to allow, which a crate may forbid. Every other
/// lint is silent for what [`Item::nested`] does; this one alone looks at the user's type.
fn may_wait(body: TokenStream) -> bool {
    // Of any other macro nobody knows what it puts out.
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
            // What this waits for is its own affair.
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

/// `::<T, N>`: types and constants that a call may be unable to infer. Lifetimes it always can.
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
