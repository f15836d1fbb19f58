//! What a signature may not say, and how the function goes on without it.

use proc_macro2::Span;
use quote::{ToTokens, quote};
use syn::{Attribute, Safety, Signature, Token};

use crate::block;
use crate::errors::Errors;
use crate::item::Item;
use crate::kind::Kind;

/// What remains of a function after its signature was checked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The outer function has the inner one's signature.
    Whole,
    /// The signature cannot be that of a program's `main`.
    NoMain,
}

/// Reports every mistake in the signature, and takes out what rustc would report once more.
pub(crate) fn check(kind: Kind, item: &mut Item, errors: &mut Errors) -> Shape {
    second_attribute(kind, &mut item.attrs, errors);
    qualifiers(kind, &mut item.sig, errors);
    if kind == Kind::Main && is_program_main(&item.sig) {
        program_main(&item.sig, errors)
    } else {
        Shape::Whole
    }
}

/// Whether the function may be the `main` of a program. In which module it stands nobody can see.
fn is_program_main(sig: &Signature) -> bool {
    sig.ident == "main" && sig.receiver().is_none()
}

/// Whether an exit status is all that a caller wants of the function: it is a program's `main` or a
/// test, and no method.
pub(crate) fn gives_a_status(kind: Kind, item: &Item) -> bool {
    !block::is_needed(item) && (kind == Kind::Test || is_program_main(&item.sig))
}

fn second_attribute(kind: Kind, attrs: &mut Vec<Attribute>, errors: &mut Errors) {
    attrs.retain(|attr| {
        let path = attr.path();
        let same = path
            .segments
            .last()
            .is_some_and(|last| last.ident == kind.name());
        if same {
            let (first, name) = (kind.attribute(), kind.name());
            let message = match kind {
                Kind::Main => {
                    format!("`{first}` is the entry point: remove this second `{name}` attribute")
                }
                Kind::Test => {
                    format!("`{first}` makes this a test: remove this second `{name}` attribute")
                }
            };
            errors.under(attr, message);
        }
        !same
    });
}

fn qualifiers(kind: Kind, sig: &mut Signature, errors: &mut Errors) {
    let attribute = kind.attribute();
    if sig.asyncness.is_none() {
        let name = &sig.ident;
        errors.at(
            sig.fn_token.span,
            format_args!("`{attribute}` goes on an `async fn`: write `async fn {name}`"),
        );
        sig.asyncness = Some(Token![async](Span::mixed_site()));
    }
    if let Some(constness) = sig.constness.take() {
        let message =
            format_args!("`{attribute}` starts a runtime, which no `const fn` can: remove `const`");
        errors.at(constness.span, message);
    }
    if let Some(abi) = sig.abi.take() {
        let shown = match &abi.name {
            Some(name) => format!("extern {}", name.token()),
            None => String::from("extern"),
        };
        let message =
            format_args!("`{attribute}` goes on a function with Rust's own ABI: remove `{shown}`");
        errors.under(abi, message);
    }
    if let Some(variadic) = sig.variadic.take() {
        let message = format_args!("`{attribute}` cannot pass on variable arguments: remove `...`");
        errors.at(variadic.dots.spans[0], message);
    }
}

/// Reports what rustc does not allow on the `main` of a program.
fn program_main(sig: &Signature, errors: &mut Errors) -> Shape {
    let mut shape = Shape::Whole;
    let mut refuse = |tokens: &dyn ToTokens, message: &str| {
        errors.under(tokens.to_token_stream(), message);
        shape = Shape::NoMain;
    };
    if let Safety::Unsafe(token) = &sig.safety {
        refuse(
            token,
            "`main` cannot be `unsafe`: remove `unsafe`, and write it where it is needed",
        );
    }
    if !sig.generics.params.is_empty() {
        let params = &sig.generics;
        refuse(
            &quote!(#params),
            "`main` cannot be generic: remove the parameters",
        );
    }
    if let Some(clause) = &sig.generics.where_clause {
        refuse(clause, "`main` cannot have a `where` clause: remove it");
    }
    if !sig.inputs.is_empty() {
        let inputs = &sig.inputs;
        refuse(
            &quote!(#inputs),
            "`main` takes no arguments: remove them; the command line is in `std::env::args()`",
        );
    }
    shape
}
