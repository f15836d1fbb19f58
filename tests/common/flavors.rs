//! One test a flavour.
//!
//! A test is a plain `async fn` in its file, and is listed above in one of these macros, which
//! make the functions that the harness runs: `current_thread::name` and `multi_thread::name`. One
//! that is not listed is dead code, and rustc says so.
//!
//! A runtime with one thread has the current-thread flavour only, under both names.

/// Tests on the current-thread flavour.
macro_rules! on_current_thread {
    ($($test:ident),* $(,)?) => {
        mod current_thread_only {
            $($crate::common::flavored_test! { $test () })*
        }
    };
}

/// Tests on the multi-thread flavour.
macro_rules! on_multi_thread {
    ($($test:ident),* $(,)?) => {
        mod multi_thread_only {
            $($crate::common::runtimes! { [$crate::common::worker_test] ($test) })*
        }
    };
}

/// Tests on both flavours.
macro_rules! on_both_flavors {
    ($($test:ident),* $(,)?) => {
        mod current_thread {
            $($crate::common::flavored_test! { $test () })*
        }
        mod multi_thread {
            $($crate::common::runtimes! { [$crate::common::worker_test] ($test) })*
        }
    };
}

// A test on those that have workers.
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

/// Tests that build their runtime themselves: a `fn(Builder)`, called with a builder of each
/// flavour, for each runtime.
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

/// The same for the current-thread flavour alone.
macro_rules! with_current_thread_builder {
    ($($test:ident),* $(,)?) => {
        mod current_thread_builder_only {
            $($crate::common::builder_test! { $test new_current_thread })*
        }
    };
}

/// The same for the multi-thread flavour alone.
macro_rules! with_multi_thread_builder {
    ($($test:ident),* $(,)?) => {
        mod multi_thread_builder_only {
            $($crate::common::builder_test! { $test new_multi_thread })*
        }
    };
}

// One test a runtime, in a module of its name.
macro_rules! builder_test {
    ($test:ident $flavor:ident) => {
        mod $test {
            $crate::common::runtimes! { [$crate::common::builder_test] ($test $flavor) }
        }
    };
    (($test:ident new_multi_thread) $workers:tt $others:tt) => {
        $crate::common::builder_test! { ($test new_multi_thread) $workers }
        // In a build with one of the others alone, nobody calls it.
        const _: fn(portable::runtime::Builder) = super::super::$test;
    };
    ($test:tt $workers:tt $others:tt) => {
        $crate::common::builder_test! { $test $workers }
        $crate::common::builder_test! { $test $others }
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
