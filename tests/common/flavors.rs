//! Runs a test once per flavour.
//!
//! A test is a plain `async fn` in its file, and is listed above in one of these macros, which make
//! the functions that the harness runs: `current_thread::name` and `multi_thread::name`. A test
//! that is not listed is dead code, of which rustc warns.
//!
//! A runtime with one thread has the current-thread flavour only, under both names.

/// Declares tests on the current-thread flavour.
macro_rules! on_current_thread {
    ($($test:ident),* $(,)?) => {
        mod current_thread_only {
            $($crate::common::flavored_test! { $test () })*
        }
    };
}

/// Declares tests on the multi-thread flavour.
macro_rules! on_multi_thread {
    ($($test:ident),* $(,)?) => {
        mod multi_thread_only {
            $($crate::common::runtimes! { [$crate::common::worker_test] ($test) })*
        }
    };
}

/// Declares tests on both flavours. A test may have a `cfg`.
macro_rules! on_both_flavors {
    ($($(#[$when:meta])* $test:ident),* $(,)?) => {
        mod current_thread {
            $($(#[$when])* $crate::common::flavored_test! { $test () })*
        }
        mod multi_thread {
            $($(#[$when])* $crate::common::runtimes! { [$crate::common::worker_test] ($test) })*
        }
    };
}

// Declares a test on the runtimes that have workers.
macro_rules! worker_test {
    (($test:ident) [$(($name:ident $runtime:literal $Type:ident))*] $others:tt) => {
        $crate::common::flavored_test! { $test (
            flavor = "multi_thread", runtime = [$($runtime),*]
        ) }
    };
}

macro_rules! flavored_test {
    ($test:ident ($($arguments:tt)*)) => {
        #[portable::test($($arguments)*)]
        async fn $test() {
            $crate::common::limit_time(concat!(module_path!(), "::", stringify!($test)));
            super::$test().await;
        }
    };
}

/// Declares tests that build their runtime themselves. Each is a `fn(Builder)`, which is called
/// with a builder of each flavour, for each runtime.
macro_rules! with_both_builders {
    ($($test:ident),* $(,)?) => {
        mod current_thread_builder {
            $($crate::common::builder_test! { $test new_current_thread })*
        }
        mod multi_thread_builder {
            $($crate::common::builder_test! { $test new_multi_thread })*
        }
    };
}

/// Declares such tests for the current-thread flavour only.
macro_rules! with_current_thread_builder {
    ($($test:ident),* $(,)?) => {
        mod current_thread_builder_only {
            $($crate::common::builder_test! { $test new_current_thread })*
        }
    };
}

/// Declares such tests for the multi-thread flavour only.
macro_rules! with_multi_thread_builder {
    ($($test:ident),* $(,)?) => {
        mod multi_thread_builder_only {
            $($crate::common::builder_test! { $test new_multi_thread })*
        }
    };
}

// Declares one test per runtime, in a module named after the test.
macro_rules! builder_test {
    ($test:ident $flavor:ident) => {
        mod $test {
            $crate::common::runtimes! { [$crate::common::builder_test] ($test $flavor) }
        }
    };
    (($test:ident new_multi_thread) $workers:tt $others:tt) => {
        $crate::common::builder_test! { ($test new_multi_thread) $workers }
        // In a build with only one of the other runtimes, nothing calls the test.
        const _: fn(portable::runtime::Builder) = super::super::$test;
    };
    (($test:ident $flavor:ident) $workers:tt $others:tt) => {
        $crate::common::builder_test! { ($test $flavor) $workers }
        $crate::common::builder_test! { ($test $flavor) $others }
        // In a build with only a custom runtime, nothing calls the test.
        const _: fn(portable::runtime::Builder) = super::super::$test;
    };
    ($test:tt [$(($name:ident $runtime:literal $Type:ident))*]) => {
        $($crate::common::builder_test! { @ $test $name $runtime })*
    };
    (@ ($test:ident $flavor:ident) $name:ident $runtime:literal) => {
        #[cfg(feature = $runtime)]
        #[test]
        fn $name() {
            $crate::common::limit_time(concat!(module_path!(), "::", stringify!($name)));
            let mut builder = portable::runtime::Builder::$flavor();
            builder.runtime($runtime);
            super::super::$test(builder);
        }
    };
}

pub(crate) use {
    builder_test, flavored_test, on_both_flavors, on_current_thread, on_multi_thread,
    with_both_builders, with_current_thread_builder, with_multi_thread_builder, worker_test,
};
