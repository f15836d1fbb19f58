//! Rejects what the signature of a task may not have.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;

use super::lifetimes::{self, Found};
use super::qualifiers;
use crate::errors::Errors;
use crate::read::{Item, Kind};
use crate::syntax::{FnArg, ReturnType, Signature, Typed};

/// Reports every mistake in the signature, and returns whether there is none.
///
/// Parts that rustc would report again are taken out.
pub(crate) fn check(item: &mut Item, errors: &mut Errors) -> bool {
    let mut found = Errors::default();
    qualifiers::second_attribute(Kind::Task, item, &mut found);
    let is_plain = found.is_empty();
    qualifiers::target_features("task", item, &mut found);
    qualifiers::check(Kind::Task, &mut item.sig, &mut found);
    qualifiers::safety("a task", &item.sig, &mut found);
    generics(&item.sig, &mut found);
    for input in &item.sig.inputs {
        match input {
            FnArg::Receiver(receiver) => found.under(
                receiver,
                "`#[portable::task]` goes on a function of a module: write it outside the `impl` \
                 block, and pass what it needs as an argument in place of `self`",
            ),
            FnArg::Typed(typed) => parameter(typed, &mut found),
            FnArg::Variadic(_) => {}
        }
    }
    if let ReturnType::Type(_, ty) = &item.sig.output {
        output(ty.to_token_stream(), &mut found);
    }
    own_type(item, &mut found);
    let is_whole = found.is_empty() || (!is_plain && found.len() == 1);
    errors.take(found);
    is_whole
}

fn generics(sig: &Signature, errors: &mut Errors) {
    if !sig.generics.params.is_empty() {
        errors.under(
            &sig.generics,
            "a task cannot be generic, because its pool is of one size: remove the parameters, and \
             write what they stand for, `'static` for a lifetime",
        );
    } else if let Some(clause) = &sig.generics.where_clause {
        // A clause beside parameters is about those, which are reported already.
        errors.under(clause, "a task cannot have a `where` clause: remove it");
    }
}

fn parameter(typed: &Typed, errors: &mut Errors) {
    if let Some(attr) = typed.attrs.iter().find(|attr| !attr.path().is_lint()) {
        errors.under(
            attr,
            "an argument of a task can have no attribute but that of a lint: remove this one",
        );
    }
    if typed.variable().is_none() {
        errors.under(
            &typed.pat,
            "an argument of a task is a name, as in `led: Led`: write a name, and take it apart in \
             the body",
        );
    }
    match lifetimes::find(typed.ty.clone()) {
        None => {}
        Some(Found::Impl(word)) => errors.at(
            word.span(),
            "a task cannot be generic, which `impl Trait` makes it: write the type, or \
             `Box<dyn Trait + Send>` where there is an allocator",
        ),
        Some(Found::Reference(reference)) => errors.under(
            reference,
            "a task may outlive what this borrows: pass it by value, or write `&'static`",
        ),
        Some(Found::Lifetime(lifetime)) => errors.under(
            lifetime,
            "a task may outlive what this borrows: pass what owns it, or write `'static`",
        ),
    }
}

fn output(ty: TokenStream, errors: &mut Errors) {
    match lifetimes::find(ty) {
        None => {}
        Some(Found::Impl(word)) => errors.at(
            word.span(),
            "a task gives a type that has a name, because its pool has room for it: write the type \
             in place of `impl Trait`",
        ),
        Some(Found::Reference(reference)) => errors.under(
            reference,
            "what a task gives may outlive what this borrows: give it by value, or write \
             `&'static`",
        ),
        Some(Found::Lifetime(lifetime)) => errors.under(
            lifetime,
            "what a task gives may outlive what this borrows: give what owns it, or write \
             `'static`",
        ),
    }
}

/// Replaces lifetimes that no generics declare by `'static`, because rustc would complain of them
/// too.
pub(crate) fn declare_lifetimes(sig: &mut Signature) {
    if !sig.generics.params.is_empty() {
        return;
    }
    let mut borrows = false;
    for input in &mut sig.inputs {
        if let FnArg::Typed(typed) = input {
            borrows |= lifetimes::find(typed.ty.clone()).is_some();
            if mentions_lifetime(&typed.ty) {
                typed.ty = lifetimes::made_static(typed.ty.clone(), false);
            }
        }
    }
    if let ReturnType::Type(_, ty) = &mut sig.output
        && lifetimes::find(ty.to_token_stream()).is_some()
    {
        ty.set_tokens(lifetimes::made_static(ty.to_token_stream(), !borrows));
    }
}

/// Returns whether the type has a named lifetime other than `'static`.
fn mentions_lifetime(ty: &TokenStream) -> bool {
    match lifetimes::find(ty.clone()) {
        Some(Found::Reference(tokens) | Found::Lifetime(tokens)) => {
            tokens.into_iter().any(|tree| match tree {
                TokenTree::Ident(name) => name != "_",
                _ => false,
            })
        }
        _ => false,
    }
}

/// Reports the first `Self`, which has no meaning in a function within another.
fn own_type(item: &Item, errors: &mut Errors) {
    if item.sig.receiver().is_some() {
        return;
    }
    let mut word = first(item.sig.to_token_stream(), "Self");
    if word.is_none() && crate::read::body_mentions_self(item.body.stream()) {
        word = first(item.body.stream(), "Self");
    }
    if let Some(word) = word {
        errors.at(
            word.span(),
            "a task is a function of its own and knows no `Self`: write the type's name",
        );
    }
}

fn first(tokens: TokenStream, wanted: &str) -> Option<Ident> {
    tokens.into_iter().find_map(|tree| match tree {
        TokenTree::Ident(word) => (word == wanted).then_some(word),
        TokenTree::Group(group) => first(group.stream(), wanted),
        _ => None,
    })
}
