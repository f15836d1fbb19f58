//! Collects the failures, from wherever they were seen, and installs the panic hook.

use std::panic;
use std::sync::Mutex;

use crate::guard::Thrown;
use crate::world::lock;

static FAILURES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The number of failures that are kept: a mistake that every task makes would fill the memory.
const MOST: usize = 20;

pub(crate) fn add(what: String) {
    let mut failures = lock(&FAILURES);
    if failures.len() < MOST {
        failures.push(what);
    }
}

pub(crate) fn take() -> Vec<String> {
    std::mem::take(&mut lock(&FAILURES))
}

/// Installs a hook that ignores the panics that are made on purpose. Any other fails the run.
pub(crate) fn install_hook() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !info.payload().is::<Thrown>() {
            usual(info);
            add(format!("a panic that is none of the soak's: {info}"));
        }
    }));
}
