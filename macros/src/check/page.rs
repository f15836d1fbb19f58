//! Rejects what the `main` of a page may not be.

use quote::quote;

use super::entry::is_program_main;
use crate::errors::Errors;
use crate::read::{Args, Item};

/// The arguments that ask for something that a page has not. The others are about threads, of which a
/// page has one, and about the end, which it does not have.
const ABSENT: [(&str, &str); 5] = [
    (
        "runtime",
        "in the browser the runtime is the page's event loop: remove `runtime`, or put it under a \
         `cfg_attr(not(target_family = \"wasm\"), …)`",
    ),
    (
        "start_paused",
        "the clock of a page cannot be paused: remove `start_paused`",
    ),
    (
        "watchdog",
        "a page has no thread for a watchdog: remove `watchdog`",
    ),
    ("dump_on", "a page has no signals: remove `dump_on`"),
    (
        "tokio_context",
        "a page has no Tokio context: remove `tokio_context`",
    ),
];

/// Reports a function that is no `main` of a program, and arguments of which nothing would come.
pub(crate) fn check(args: &Args, item: &Item, errors: &mut Errors) {
    if !is_program_main(&item.sig) {
        errors.at(
            item.sig.ident.span(),
            "in the browser `#[portable::main]` is for the `main` of a program, because nothing may \
             block a page to wait for a result: remove the attribute and await this function, or \
             `portable::spawn` it",
        );
    }
    if let Some(name) = args.runtimes.first() {
        errors.at(name.span(), ABSENT[0].1);
    }
    for setting in &args.settings {
        let absent = ABSENT.iter().find(|(name, _)| setting.name == *name);
        if let Some((_, message)) = absent {
            let (name, value) = (&setting.name, &setting.value);
            errors.under(quote!(#name = #value), message);
        }
    }
}
