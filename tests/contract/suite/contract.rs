//! The macro that makes the tests, and those that it expands to.

/// Makes a `#[test]` of each behaviour in the sections of the contract, for one runtime.
///
/// A test has the name of the behaviour, in a module of its file in a module of its section:
/// `tasks::start::the_output_arrives`. The page of [the contract](portable::contract) links to the
/// files, which stand in the package too.
///
/// # Arguments
///
/// They come in this order, and all but the first may be left out:
///
/// | Argument | Value | Default |
/// |---|---|---|
/// | `runtime` | an expression for a [`CustomRuntime`](portable::runtime::CustomRuntime), which each test evaluates anew, or the name of a runtime that is compiled in | |
/// | `builder` | in place of `runtime`: an expression for a [`Builder`](portable::runtime::Builder) with further settings | |
/// | `flavor` | `current_thread` if tasks run on the thread inside `block_on` alone, `multi_thread` if they run on worker threads | the tests of one flavour are ignored |
/// | `sections` | a list of `tasks`, `time`, `groups`, `fairness`, `entry_point` and `anywhere` | all |
/// | `without` | paths of sections, files or tests, each with the reason for which they are ignored | none |
/// | `limit` | the [`Duration`](std::time::Duration) that a test may take | 60 s |
///
/// `without` is for what a runtime does not do: `cargo test` prints such a test as ignored, with its
/// reason. Tests about workers that `portable` starts are ignored for a `CustomRuntime`, which starts
/// its threads itself.
///
/// # Errors
///
/// A path of `without` that names no section, file or test is a compile error:
///
/// ```compile_fail
/// # struct Mine;
/// # impl portable::runtime::CustomRuntime for Mine {
/// #     fn schedule(&self, _: portable::runtime::Runnable) {}
/// # }
/// portable_contract::contract! { runtime: Mine, without: { tasks::stort => "misspelt" } }
/// ```
///
/// So is a section or a flavor that is not there:
///
/// ```compile_fail
/// # struct Mine;
/// # impl portable::runtime::CustomRuntime for Mine {
/// #     fn schedule(&self, _: portable::runtime::Runnable) {}
/// # }
/// portable_contract::contract! { runtime: Mine, sections: [tusks] }
/// ```
///
/// # Examples
///
/// A file `tests/contract.rs` for a runtime with a thread of its own:
///
/// ```
/// use std::sync::mpsc::{Sender, channel};
/// use std::time::Duration;
///
/// use portable::runtime::{CustomRuntime, Runnable};
///
/// struct Own(Sender<Runnable>);
///
/// impl Own {
///     fn new() -> Self {
///         let (sender, receiver) = channel::<Runnable>();
///         std::thread::spawn(move || receiver.into_iter().for_each(Runnable::run));
///         Self(sender)
///     }
/// }
///
/// impl CustomRuntime for Own {
///     fn schedule(&self, runnable: Runnable) {
///         let _ = self.0.send(runnable);
///     }
/// }
///
/// portable_contract::contract! {
///     runtime: Own::new(),
///     sections: [tasks, time, groups],
///     without: {
///         time::interval => "nothing here ticks",
///         tasks::start::ten_thousand_tasks_end => "too much for a small machine",
///     },
///     limit: Duration::from_secs(30),
/// }
/// ```
#[macro_export]
macro_rules! contract {
    (runtime: $name:literal, flavor: current_thread $($options:tt)*) => {
        $crate::__options! {
            {
                let mut builder = $crate::__private::Builder::new_current_thread();
                builder.runtime($name);
                builder
            }
            , flavor: current_thread $($options)*
        }
    };
    (runtime: $name:literal $($options:tt)*) => {
        $crate::__options! {
            {
                let mut builder = $crate::__private::Builder::new_multi_thread();
                builder.runtime($name);
                builder
            }
            $($options)*
        }
    };
    (runtime: $runtime:expr, flavor: multi_thread $($options:tt)*) => {
        $crate::__options! {
            { $crate::__private::Builder::new_custom($runtime) }
            , flavor: own_threads $($options)*
        }
    };
    (runtime: $runtime:expr $(, $($options:tt)*)?) => {
        $crate::__options! {
            { $crate::__private::Builder::new_custom($runtime) }
            $(, $($options)*)?
        }
    };
    (builder: $builder:expr $(, $($options:tt)*)?) => {
        $crate::__options! { { $builder } $(, $($options)*)? }
    };
    ($($tokens:tt)*) => {
        compile_error!(
            "portable: `contract!` begins with `runtime: EXPRESSION` for a `CustomRuntime`, with \
             `runtime: \"NAME\"` for a runtime of a feature, or with `builder: EXPRESSION`"
        );
    };
}

/// Reads what follows the runtime.
#[doc(hidden)]
#[macro_export]
macro_rules! __options {
    (
        $builder:block
        $(, flavor: $flavor:ident)?
        $(, sections: [$($section:ident),+ $(,)?])?
        $(, without: {$($($part:ident)::+ => $reason:literal),* $(,)?})?
        $(, limit: $limit:expr)?
        $(,)?
    ) => {
        $crate::__contract! {
            ($)
            $builder
            [$($flavor)?]
            [$($($section)+)?]
            [$($($($part)+ => $reason;)*)?]
            [$($limit)?]
        }
    };
    ($($tokens:tt)*) => {
        compile_error!(
            "portable: after the runtime `contract!` takes, in this order and each if it is \
             needed:\n\n    flavor: current_thread,\n    sections: [tasks, time],\n    \
             without: { tasks::local => \"the reason\" },\n    limit: Duration::from_secs(10),"
        );
    };
}

/// Makes the function and the macro that all tests use, and then the tests.
#[doc(hidden)]
#[macro_export]
macro_rules! __contract {
    ($d:tt $builder:block [] $sections:tt $without:tt $limit:tt) => {
        $crate::__contract! { $d $builder [any] $sections $without $limit }
    };
    ($d:tt $builder:block $flavor:tt [] $without:tt $limit:tt) => {
        $crate::__contract! {
            $d $builder $flavor
            [tasks entry_point anywhere time fairness groups]
            $without $limit
        }
    };
    ($d:tt $builder:block $flavor:tt $sections:tt $without:tt []) => {
        $crate::__contract! {
            $d $builder $flavor $sections $without [$crate::__private::LIMIT]
        }
    };
    (
        ($d:tt)
        $builder:block
        [$flavor:ident]
        [$($section:ident)+]
        [$($($part:ident)+ => $reason:literal;)*]
        [$limit:expr]
    ) => {
        #[doc(hidden)]
        fn __portable_contract() -> $crate::run::Subject {
            fn builder() -> $crate::__private::Builder {
                $builder
            }
            $crate::run::Subject { builder, limit: $limit }
        }

        // Ignores a test whose path begins with one of those that are left out.
        #[doc(hidden)]
        macro_rules! __portable_contract_test {
            $((
                {$d($d test:tt)*} $($part)+ $d($d rest:ident)*
            ) => {
                $crate::__test! { [#[ignore = $reason]] $d($d test)* }
            };)*
            ({$d($d test:tt)*} $d($d path:ident)+) => {
                $crate::__test! { [] $d($d test)* }
            };
        }

        $crate::__flavor! { $flavor }

        // A path that is misspelt is an error here.
        $($crate::__path! { $($part)+ })*

        $($crate::__section! { $section [__portable_contract_test $flavor] })+
    };
}

/// Takes the flavours that there are.
#[doc(hidden)]
#[macro_export]
macro_rules! __flavor {
    (any) => {};
    (current_thread) => {};
    (multi_thread) => {};
    (own_threads) => {};
    ($flavor:ident) => {
        compile_error!(concat!(
            "portable: there is no flavor `",
            stringify!($flavor),
            "`; the flavors are `current_thread` and `multi_thread`"
        ));
    };
}

/// Names what is left out.
#[doc(hidden)]
#[macro_export]
macro_rules! __path {
    ($($part:ident)+) => {
        #[doc(hidden)]
        const _: () = {
            #[allow(unused_imports)]
            use $crate::names $(::$part)+ as _;
        };
    };
}

/// Passes tests of one file on, one by one.
#[doc(hidden)]
#[macro_export]
macro_rules! __each {
    ([$test:ident $flavor:ident] $kind:ident $up:tt $file:tt {$($name:ident)*}) => {
        $($crate::__one! { $test $flavor $kind $up $file $name })*
    };
}

/// Asks the macro of the tests whether this one is left out.
#[doc(hidden)]
#[macro_export]
macro_rules! __one {
    ($test:ident $flavor:ident $kind:ident $up:tt ($($file:ident)+) $name:ident) => {
        $test! { {$flavor $kind $up ($($file)+) $name} $($file)+ $name }
    };
}

/// Makes a test, which is ignored for a reason or if it is of another flavour.
#[doc(hidden)]
#[macro_export]
macro_rules! __test {
    ([] any current_thread $($test:tt)*) => {
        $crate::__test! {
            [#[ignore = "it needs `flavor: current_thread`"]] any each $($test)*
        }
    };
    ([] multi_thread current_thread $($test:tt)*) => {
        $crate::__test! {
            [#[ignore = "it needs `flavor: current_thread`"]] any each $($test)*
        }
    };
    ([] own_threads current_thread $($test:tt)*) => {
        $crate::__test! {
            [#[ignore = "it needs `flavor: current_thread`"]] any each $($test)*
        }
    };
    ([] any multi_thread $($test:tt)*) => {
        $crate::__test! { [#[ignore = "it needs `flavor: multi_thread`"]] any each $($test)* }
    };
    ([] current_thread multi_thread $($test:tt)*) => {
        $crate::__test! { [#[ignore = "it needs `flavor: multi_thread`"]] any each $($test)* }
    };
    ([] any workers $($test:tt)*) => {
        $crate::__test! { [#[ignore = "it needs `flavor: multi_thread`"]] any each $($test)* }
    };
    ([] current_thread workers $($test:tt)*) => {
        $crate::__test! { [#[ignore = "it needs `flavor: multi_thread`"]] any each $($test)* }
    };
    ([] own_threads workers $($test:tt)*) => {
        $crate::__test! { [#[ignore = "it is about workers that `portable` starts"]] any each $($test)* }
    };
    ([$($ignore:tt)*] any $($test:tt)*) => {
        $crate::__test! { @ [$($ignore)*] $($test)* }
    };
    ([$($ignore:tt)*] current_thread $($test:tt)*) => {
        $crate::__test! { @ [$($ignore)*] $($test)* }
    };
    ([$($ignore:tt)*] multi_thread $($test:tt)*) => {
        $crate::__test! { @ [$($ignore)*] $($test)* }
    };
    ([$($ignore:tt)*] own_threads $($test:tt)*) => {
        $crate::__test! { @ [$($ignore)*] $($test)* }
    };
    // `__flavor!` says what is wrong.
    ([$($ignore:tt)*] $flavor:ident $($test:tt)*) => {};
    (@ [$($ignore:tt)*] $kind:ident ($($up:tt)+) ($($file:ident)+) $name:ident) => {
        #[test]
        $($ignore)*
        fn $name() {
            $crate::run::run(
                $($up)+::__portable_contract(),
                $crate::names $(::$file)+::$name,
                concat!(module_path!(), "::", stringify!($name)),
                $crate::names $(::$file)+::LINES,
            );
        }
    };
}
