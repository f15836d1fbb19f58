//! Rejects what a signature may not have, and lets the expansion go on without it.

use quote::quote;

use super::qualifiers;
use crate::errors::Errors;
use crate::read::{Args, Item, Kind, Setting};
use crate::syntax::{Attribute, FnArg, GenericParam, Signature};

/// The part of a function that remains after its signature was checked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The outer function has the inner one's signature.
    Whole,
    /// The signature cannot be that of a program's `main`.
    NoMain,
    /// The signature cannot be that of a test.
    NoTest,
}

/// Reports every mistake in the signature, and removes the parts that rustc would report again.
pub(crate) fn check(kind: Kind, args: &Args, item: &mut Item, errors: &mut Errors) -> Shape {
    qualifiers::second_attribute(kind, item, errors);
    qualifiers::check(kind, &mut item.sig, errors);
    let shape = match kind {
        // The other attribute is put first once the user has corrected the mistakes that brought
        // this one here.
        Kind::Test if makes_tests(&item.attrs) => {
            take_out_makers(item);
            Shape::NoTest
        }
        Kind::Test => test_function(item, errors),
        _ if is_program_main(&item.sig) => program_main(&item.sig, errors),
        _ => Shape::Whole,
    };
    stack_size(kind, args, item, errors);
    shape
}

/// Returns whether the function may be the `main` of a program. A macro cannot see in which module
/// the function stands.
pub(crate) fn is_program_main(sig: &Signature) -> bool {
    sig.ident == "main" && sig.receiver().is_none()
}

/// Reports `stack_size` on a function whose caller wants its result, and on one that runs on
/// another stack.
fn stack_size(kind: Kind, args: &Args, item: &Item, errors: &mut Errors) {
    let Some(Setting { name, value }) = args.around("stack_size") else {
        return;
    };
    // A program's `main` and a test give their caller no more than an exit status.
    let gives_a_status = !item.needs_block() && (kind == Kind::Test || is_program_main(&item.sig));
    let message = if !gives_a_status {
        "`stack_size` is for the `main` of a program and for tests, whose result can be \
         an exit status: remove it, and call this function on a thread that has the \
         stack, as in `std::thread::Builder::new().stack_size(…)`"
    } else if args.spawn.is_some() {
        "`stack_size` is that of the thread that waits for `main`, and with \
         `spawn = true` a worker runs it: write `thread_stack_size`"
    } else {
        return;
    };
    errors.under(quote!(#name = #value), message);
}

/// Returns whether an attribute below makes tests of the function. That attribute must come first,
/// because each of its tests is to run on a runtime.
pub(crate) fn makes_tests(attrs: &[Attribute]) -> bool {
    const MAKERS: [&str; 3] = ["rstest", "test_case", "test_matrix"];
    attrs.iter().any(|attr| {
        let last = attr.path().segments.last();
        last.is_some_and(|last| MAKERS.iter().any(|maker| last == maker))
    })
}

/// Removes the attributes that make tests of the function, and the attributes that belong to them.
fn take_out_makers(item: &mut Item) {
    const PLAIN: [&str; 6] = ["cfg", "cfg_attr", "doc", "allow", "expect", "warn"];
    let is_plain = |attr: &Attribute| PLAIN.iter().any(|plain| attr.path().is_ident(plain));
    item.attrs.retain(is_plain);
    for input in &mut item.sig.inputs {
        if let FnArg::Typed(input) = input {
            input.attrs.clear();
        }
    }
}

/// Reports the parts of a signature that rustc does not allow on the `main` of a program.
fn program_main(sig: &Signature, errors: &mut Errors) -> Shape {
    let mut found = Errors::default();
    plain(sig, &mut found);
    if !sig.inputs.is_empty() {
        let inputs = &sig.inputs;
        found.under(
            quote!(#inputs),
            "`main` takes no arguments: remove them; the command line is in `std::env::args()`",
        );
    }
    match errors.take(found) {
        true => Shape::NoMain,
        false => Shape::Whole,
    }
}

/// Reports the parts of a signature that no `main` can have.
pub(super) fn plain(sig: &Signature, errors: &mut Errors) {
    qualifiers::safety("`main`", sig, errors);
    if !sig.generics.params.is_empty() {
        let message = "`main` cannot be generic: remove the parameters";
        errors.under(&sig.generics, message);
    }
    if let Some(clause) = &sig.generics.where_clause {
        let message = "`main` cannot have a `where` clause: remove it";
        errors.under(clause, message);
    }
}

/// Reports the parts of a signature that rustc does not allow on a test.
fn test_function(item: &Item, errors: &mut Errors) -> Shape {
    let sig = &item.sig;
    let inputs = &sig.inputs;
    let mut found = Errors::default();
    if sig.receiver().is_some() {
        found.under(
            quote!(#inputs),
            "a test is a function of a module: write it outside the `impl` block, without `self`",
        );
    } else if !inputs.is_empty() {
        found.under(
            quote!(#inputs),
            "a test takes no arguments: remove them, or write what gives them, such as `#[rstest]` \
             or `#[test_case(…)]`, above `#[portable::test]`",
        );
    }
    qualifiers::safety("a test", sig, &mut found);
    let is_lifetime = |param: &GenericParam| matches!(param, GenericParam::Lifetime);
    if !sig.generics.params.iter().all(is_lifetime) {
        let message = "a test cannot be generic: remove the parameters";
        found.under(&sig.generics, message);
    }
    qualifiers::target_features("test", item, &mut found);
    match errors.take(found) {
        true => Shape::NoTest,
        false => Shape::Whole,
    }
}
