//! What the sections use in place of `tests/common` when they are a library: the macros at the top
//! of each file make functions here that run a behaviour on the runtime under test.

// The tests of `portable` alone use the rest.
#![allow(dead_code, unused_imports, unused_macros)]

pub(crate) mod always_ready;
mod helpers;
mod hooked;

use portable::runtime::Builder;

pub(crate) use self::helpers::*;
pub(crate) use self::hooked::{Call, hooked, panics_in};

/// Declares behaviours of a future that `block_on` of the runtime runs.
macro_rules! on_both_flavors {
    ($($test:ident),* $(,)?) => {
        pub(crate) mod both_flavors {
            $($crate::common::of_future! { $test })*
        }
    };
}

/// Declares such behaviours of the current-thread flavour.
macro_rules! on_current_thread {
    ($($test:ident),* $(,)?) => {
        pub(crate) mod current_thread {
            $($crate::common::of_future! { $test })*
        }
    };
}

/// Declares such behaviours of the multi-thread flavour.
macro_rules! on_multi_thread {
    ($($test:ident),* $(,)?) => {
        pub(crate) mod multi_thread {
            $($crate::common::of_future! { $test })*
        }
    };
}

/// Declares behaviours that are given a builder.
macro_rules! with_both_builders {
    ($($test:ident),* $(,)?) => {
        pub(crate) mod both_builders {
            $($crate::common::of_builder! { $test })*
        }
    };
}

/// Declares such behaviours of the current-thread flavour.
macro_rules! with_current_thread_builder {
    ($($test:ident),* $(,)?) => {
        pub(crate) mod current_thread_builder {
            $($crate::common::of_builder! { $test })*
        }
    };
}

/// Declares such behaviours of the multi-thread flavour.
macro_rules! with_multi_thread_builder {
    ($($test:ident),* $(,)?) => {
        pub(crate) mod multi_thread_builder {
            $($crate::common::of_builder! { $test })*
        }
    };
}

macro_rules! of_future {
    ($test:ident) => {
        #[doc(hidden)]
        pub fn $test(subject: $crate::run::Subject) {
            subject.run_future(std::pin::pin!(super::$test()));
        }
    };
}

macro_rules! of_builder {
    ($test:ident) => {
        #[doc(hidden)]
        pub fn $test(subject: $crate::run::Subject) {
            subject.run_with_builder(super::$test);
        }
    };
}

pub(crate) use {
    of_builder, of_future, on_both_flavors, on_current_thread, on_multi_thread, with_both_builders,
    with_current_thread_builder, with_multi_thread_builder,
};

/// Returns whether the runtime that [`another_builder`] builds is known to have worker threads.
pub(crate) fn default_has_workers() -> bool {
    false
}

/// Returns a builder for a second runtime within a test. It is called in the test, and in nothing
/// that the test spawns.
pub(crate) fn another_builder() -> Builder {
    crate::run::another_builder()
}

/// Like [`another_builder`].
pub(crate) fn another_builder_with_workers() -> Builder {
    crate::run::another_builder()
}
