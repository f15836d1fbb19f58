//! Rejects what the `main` of a firmware may not be.

use super::{entry, qualifiers};
use crate::errors::Errors;
use crate::read::{Item, Kind};
use crate::syntax::{FnArg, ReturnType};

/// Reports every mistake in the signature.
pub(crate) fn check(item: &mut Item, errors: &mut Errors) {
    qualifiers::second_attribute(Kind::Firmware, item, errors);
    qualifiers::check(Kind::Firmware, &mut item.sig, errors);
    let sig = &item.sig;
    if sig.ident != "main" {
        errors.at(
            sig.ident.span(),
            "without an operating system `#[portable::main]` is for the `main` of the program: \
             call this `main`, or make it a `#[portable::task]` that `main` spawns",
        );
    }
    entry::plain(sig, errors);
    match sig.inputs.first() {
        Some(FnArg::Receiver(receiver)) => {
            errors.under(receiver, "`main` is a function of a module: remove `self`");
        }
        _ if sig.inputs.len() > 1 => {
            let inputs = &sig.inputs;
            errors.under(
                inputs,
                "`main` takes nothing, or the executor's spawner: write `main()` or \
                 `main(spawner: portable::runtime::Spawner)`",
            );
        }
        _ => {}
    }
    if let ReturnType::Type(_, ty) = &sig.output
        && !ty.is_unit()
        && !ty.is_never()
    {
        errors.under(
            ty,
            "the `main` of a firmware gives nothing, or never ends with `!`: nobody is there to \
             take it; remove the type, and handle errors in the body",
        );
    }
}
