//! The table of runtimes, and the items that are generated from it.
//!
//! A runtime has one line in the table. CONTRIBUTING.md lists what else a new runtime needs. The
//! lines are in order of preference: where several runtimes are compiled in and nothing else
//! decides, the first one is taken.
//!
//! The line after the word `unnamed` is for the runtime of the user's own. It is dispatched to like
//! the others, but cannot be chosen by a name, because somebody has to pass it in.

use std::fmt;

/// Defines one macro for each line of the table, which picks one of two token groups by the
/// runtime's feature. Also defines the two macros that iterate over the lines.
macro_rules! table {
    // `$d` is a dollar sign: the macros defined here have parameters of their own.
    ($d:tt $(($if_on:ident, $feature:tt, $type:ident))* unnamed $unnamed:tt) => {
        table! { tests ($d) $(($if_on, $feature, $type))* $unnamed }

        /// `for_each_runtime!(callback args…)` expands to
        /// `callback! { {args…} (feature, Type) … }` with one group for each runtime that is
        /// compiled in.
        macro_rules! for_each_runtime {
            ($d callback:ident $d($d args:tt)*) => {
                collect_runtimes! {
                    $d callback {$d($d args)*} [] $(($if_on, $feature, $type))* $unnamed
                }
            };
        }

        /// Like `for_each_runtime!`, for the runtimes that can be chosen by their name.
        #[allow(unused_macros, reason = "a build with `--cfg portable_runtime` has no choice")]
        macro_rules! for_each_named_runtime {
            ($d callback:ident $d($d args:tt)*) => {
                collect_runtimes! { $d callback {$d($d args)*} [] $(($if_on, $feature, $type))* }
            };
        }

        /// The names of all runtimes in the table, compiled in or not.
        pub(crate) const NAMES: &[&str] = &[$($feature),*];

        // The owner of the final build can set `--cfg portable_runtime="smol"` in RUSTFLAGS. It
        // selects the runtime for the whole graph, whatever other features are on.
        $(
            #[cfg(all(portable_runtime = $feature, not(feature = $feature)))]
            compile_error!(concat!(
                "portable: `--cfg portable_runtime=\"", $feature, "\"` needs the feature `",
                $feature, "`",
            ));
            #[cfg(portable_runtime = $feature)]
            define_choices! { ($d) pinned ($feature, $type) $feature }
        )*
        #[cfg(not(any($(portable_runtime = $feature),*)))]
        for_each_runtime!(define_selected);
        #[cfg(not(any($(portable_runtime = $feature),*)))]
        for_each_named_runtime!(define_choices ($d) free);
        #[cfg(not(any($(portable_runtime = $feature),*)))]
        collect_states! { ($d) [] $(($if_on, $feature))* }
    };
    (tests ($d:tt) $(($if_on:ident, $feature:tt, $type:ident))*) => {
        $(
            #[cfg(feature = $feature)]
            macro_rules! $if_on { ({$d($d on:tt)*} {$d($d off:tt)*}) => { $d($d on)* } }
            #[cfg(not(feature = $feature))]
            macro_rules! $if_on { ({$d($d on:tt)*} {$d($d off:tt)*}) => { $d($d off)* } }
        )*
    };
}

macro_rules! collect_runtimes {
    ($callback:ident $args:tt [$($on:tt)*]) => { $callback! { $args $($on)* } };
    ($callback:ident $args:tt [$($on:tt)*]
     ($if_on:ident, $feature:tt, $type:ident) $($rest:tt)*) => {
        $if_on! {
            { collect_runtimes! { $callback $args [$($on)* ($feature, $type)] $($rest)* } }
            { collect_runtimes! { $callback $args [$($on)*] $($rest)* } }
        }
    };
}

/// Defines the type `Selected`. With exactly one runtime, it is that runtime. Otherwise it is
/// [`Any`](super::Any), which chooses at run time.
macro_rules! define_selected {
    ({} ($feature:tt, $type:ident)) => {
        pub(crate) type Selected = super::$type;
    };
    ({} $($runtimes:tt)*) => {
        pub(crate) type Selected = super::Any;
    };
}

/// Defines the runtimes to choose from by their name.
macro_rules! define_choices {
    ({($d:tt) free} $($runtimes:tt)*) => {
        define_choices! { pinned false }
        define_choices! { ($d) $($runtimes)* }
    };
    (($d:tt) pinned $runtime:tt $feature:tt) => {
        define_choices! { pinned true }
        define_selected! { {} $runtime }
        define_choices! { ($d) $runtime }
        collect_states! { ($d) [($feature on)] }
    };
    (($d:tt) ($feature:tt, $type:ident)) => {
        define_choices! { choices $type }
        define_choices! { if_several ($d) otherwise }
    };
    (($d:tt)) => {
        define_choices! { choices }
        define_choices! { if_several ($d) otherwise }
    };
    (($d:tt) $(($feature:tt, $type:ident))+) => {
        define_choices! { choices $($type)+ }
        define_choices! { if_several ($d) several }
    };
    (pinned $is_pinned:literal) => {
        /// Whether `--cfg portable_runtime` has chosen the runtime.
        #[cfg(feature = "custom")]
        pub(crate) const IS_PINNED: bool = $is_pinned;
    };
    (choices $($type:ident)*) => {
        /// The runtimes to choose from, in the order of preference.
        pub(crate) const CHOICES: &[Kind] = &[$(Kind::$type),*];
    };
    (if_several ($d:tt) otherwise) => {
        /// `__if_several! { {…} {…} }` expands to the first group if there is a choice at run
        /// time, to the second if there is none.
        #[doc(hidden)]
        #[macro_export]
        macro_rules! __if_several {
            ({$d($d several:tt)*} {$d($d otherwise:tt)*}) => { $d($d otherwise)* };
        }
    };
    (if_several ($d:tt) several) => {
        /// `__if_several! { {…} {…} }` expands to the first group if there is a choice at run
        /// time, to the second if there is none.
        #[doc(hidden)]
        #[macro_export]
        macro_rules! __if_several {
            ({$d($d several:tt)*} {$d($d otherwise:tt)*}) => { $d($d several)* };
        }
    };
}

/// Defines the macro that tells the procedural macros, which know no runtime, which runtimes are
/// on.
macro_rules! collect_states {
    (($d:tt) [$($states:tt)*]) => {
        /// `__runtimes! { [callback] tokens… }` expands to
        /// `callback! { [(feature on|off) …] tokens… }`.
        #[doc(hidden)]
        #[macro_export]
        macro_rules! __runtimes {
            ([$d($d callback:tt)*] $d($d tokens:tt)*) => {
                $d($d callback)* ! { [$($states)*] $d($d tokens)* }
            };
        }
    };
    (($d:tt) [$($states:tt)*] ($if_on:ident, $feature:tt) $($rest:tt)*) => {
        $if_on! {
            { collect_states! { ($d) [$($states)* ($feature on)] $($rest)* } }
            { collect_states! { ($d) [$($states)* ($feature off)] $($rest)* } }
        }
    };
}

table! { $
    (if_tokio, "tokio", Tokio)
    (if_smol, "smol", Smol)
    (if_async_std, "async-std", AsyncStd)
    (if_embassy, "embassy", Embassy)
    (if_pollster, "pollster", Pollster)
    unnamed (if_custom, "custom", Custom)
}

macro_rules! define_kind {
    ({} $(($feature:tt, $type:ident))*) => {
        /// A runtime that is compiled in.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub(crate) enum Kind {
            $($type,)*
        }

        impl Kind {
            pub(crate) const ALL: &[Self] = &[$(Self::$type),*];

            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$type => $feature,)*
                }
            }
        }
    };
}
for_each_runtime!(define_kind);

impl Kind {
    /// Returns the choice with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        CHOICES.iter().copied().find(|kind| kind.name() == name)
    }
}

/// The names to choose from, for a message.
pub(crate) struct Choices;

impl fmt::Display for Choices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, kind) in CHOICES.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}`{}`", kind.name())?;
        }
        Ok(())
    }
}

/// Keeps the given items only if a runtime is compiled in.
macro_rules! with_runtime {
    ($($item:item)*) => { for_each_runtime! { keep_with $($item)* } };
}
macro_rules! keep_with {
    ({$($item:item)*}) => {};
    ({$($item:item)*} $($on:tt)+) => { $($item)* };
}
