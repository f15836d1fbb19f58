//! Helpers that the contract's tests share.

// Each test file uses only some of them.
#![allow(dead_code, unused_imports, unused_macros)]

pub(crate) mod always_ready;
mod flavors;
mod helpers;
mod hooked;
mod limit;
mod process;
#[cfg(feature = "tracing")]
pub(crate) mod recorder;
pub(crate) mod runner;
mod runtimes;

use portable::runtime::Builder;

pub(crate) use self::flavors::{
    builder_test, flavored_test, on_both_flavors, on_current_thread, on_multi_thread,
    with_both_builders, with_current_thread_builder, with_multi_thread_builder, worker_test,
};
pub(crate) use self::helpers::*;
pub(crate) use self::hooked::{Call, hooked, panics_in};
pub(crate) use self::limit::limit_time;
pub(crate) use self::process::{Outcome, Program, Running, program};
pub(crate) use self::runtimes::{RUNTIMES, has_workers, runtimes};

/// Returns whether the runtime of a build without a choice has worker threads.
pub(crate) fn default_has_workers() -> bool {
    portable::runtime::available()
        .first()
        .is_some_and(|runtime| has_workers(runtime))
}

/// Returns a builder for a second runtime within a test. It is called in the test, and in nothing
/// that the test spawns.
pub(crate) fn another_builder() -> Builder {
    Builder::new_current_thread()
}

/// Like [`another_builder`], for a runtime with worker threads if such a runtime is to be had.
pub(crate) fn another_builder_with_workers() -> Builder {
    Builder::new_multi_thread()
}
