//! What the signature of a task may not say.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Token;

use super::ATTRIBUTE;
use super::lifetimes::{self, Found};
use crate::errors::Errors;
use crate::item::{self, Item};
use crate::params::is_lint;
use crate::syntax::{Attribute, FnArg, Path, ReturnType, Signature, Typed};

/// Reports every mistake in the signature. Whether there is none.
///
/// What rustc would report once more is taken out.
pub(super) fn check(item: &mut Item, errors: &mut Errors) -> bool {
    let mut found = Errors::default();
    second_attribute(&mut item.attrs, &mut found);
    let is_plain = found.is_empty();
    target_features(&item.attrs, &mut found);
    qualifiers(&mut item.sig, &mut found);
    generics(&item.sig, &mut found);
    for input in &item.sig.inputs {
        match input {
            FnArg::Receiver(receiver) => found.under(
                receiver,
                format_args!(
                    "`{ATTRIBUTE}` goes on a function of a module: write it outside the `impl` \
                     block, and pass what it needs as an argument in place of `self`"
                ),
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
    errors.append(found);
    is_whole
}

fn second_attribute(attrs: &mut Vec<Attribute>, errors: &mut Errors) {
    const OTHERS: [(&str, &str); 3] = [
        ("task", "makes this a task"),
        ("main", "makes this a task, which is no entry point"),
        ("test", "makes this a task, which is no test"),
    ];
    attrs.retain(|attr| {
        let last = attr.path().segments.last();
        let other = OTHERS
            .iter()
            .find(|(name, _)| last.is_some_and(|last| last == name));
        if let Some((name, why)) = other {
            let message = format_args!(
                "`{ATTRIBUTE}` {why}: remove this second attribute, `{name}`, or `{ATTRIBUTE}`"
            );
            errors.under(attr, message);
        }
        other.is_none()
    });
}

/// Reports what the compiler must know of a function and cannot be told of its pool.
fn target_features(attrs: &[Attribute], errors: &mut Errors) {
    let is_it = |path: &Path| path.is_ident("target_feature");
    if let Some(attr) = attrs.iter().find(|attr| attr.may_be(is_it)) {
        errors.under(
            attr,
            "a task cannot have `#[target_feature]`: write it on a function that the task calls, in an \
             `unsafe` block after `is_x86_feature_detected!` or its like",
        );
    }
}

fn qualifiers(sig: &mut Signature, errors: &mut Errors) {
    if sig.asyncness.is_none() {
        let name = &sig.ident;
        errors.at(
            sig.fn_token.span,
            format_args!("`{ATTRIBUTE}` goes on an `async fn`: write `async fn {name}`"),
        );
        sig.asyncness = Some(Token![async](proc_macro2::Span::mixed_site()));
    }
    if let Some(constness) = sig.constness.take() {
        errors.at(
            constness.span,
            "a task runs, which no `const fn` can: remove `const`",
        );
    }
    if let Some(safety) = &sig.safety {
        errors.at(
            safety.span,
            "a task cannot be `unsafe`: remove `unsafe`, and write it where it is needed",
        );
    }
    if let Some(abi) = sig.abi.take() {
        let shown = match &abi.name {
            Some(name) => format!("extern {}", name.token()),
            None => String::from("extern"),
        };
        let message =
            format_args!("`{ATTRIBUTE}` goes on a function with Rust's own ABI: remove `{shown}`");
        errors.under(abi, message);
    }
    if let Some(variadic) = sig.variadic.take() {
        errors.at(
            variadic.dots.spans[0],
            "a task cannot have variable arguments: remove `...`",
        );
    }
}

fn generics(sig: &Signature, errors: &mut Errors) {
    if !sig.generics.params.is_empty() {
        errors.under(
            &sig.generics,
            "a task cannot be generic, because its pool is of one size: remove the parameters, and \
             write what they stand for, `'static` for a lifetime",
        );
    } else if let Some(clause) = &sig.generics.where_clause {
        // With parameters it is about them.
        errors.under(clause, "a task cannot have a `where` clause: remove it");
    }
}

fn parameter(typed: &Typed, errors: &mut Errors) {
    if let Some(attr) = typed.attrs.iter().find(|attr| !is_lint(attr.path())) {
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

/// Makes `'static` of what no generics declare, because rustc would complain of that too.
pub(super) fn declare_lifetimes(sig: &mut Signature) {
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

/// Whether a lifetime that has a name stands in the type, other than `'static`.
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

/// Reports the first `Self`, which is nothing in a function within another.
fn own_type(item: &Item, errors: &mut Errors) {
    if item.sig.receiver().is_some() {
        return;
    }
    let mut word = first(item.sig.to_token_stream(), "Self");
    if word.is_none() && item::body_mentions_self(item.body.stream()) {
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
