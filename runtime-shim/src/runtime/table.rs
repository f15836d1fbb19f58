//! The table of runtimes, and what is generated from it.
//!
//! Adding a runtime is one line in the table, its feature in the manifest, its file beside this
//! one and its `mod` line. Lines stand in the order of preference: where several runtimes are
//! compiled in and nothing else decides, the first one is taken.

/// Defines, for each line of the table, a macro that picks by the runtime's feature, and
/// `for_each_runtime!`, which hands a callback the lines whose feature is on.
macro_rules! table {
    // `$d` is a dollar sign: the macros defined here have parameters of their own.
    ($d:tt $(($if_on:ident, $feature:tt, $module:ident, $type:ident))*) => {
        $(
            #[cfg(feature = $feature)]
            macro_rules! $if_on { ({$d($d on:tt)*} {$d($d off:tt)*}) => { $d($d on)* } }
            #[cfg(not(feature = $feature))]
            macro_rules! $if_on { ({$d($d on:tt)*} {$d($d off:tt)*}) => { $d($d off)* } }
        )*

        /// `for_each_runtime!(callback args…)` expands to
        /// `callback! { {args…} (feature, module, Type) … }` with one group for each runtime
        /// that is compiled in.
        macro_rules! for_each_runtime {
            ($d callback:ident $d($d args:tt)*) => {
                collect_runtimes! {
                    $d callback {$d($d args)*} []
                    $(($if_on, $feature, $module, $type))*
                }
            };
        }
    };
}

macro_rules! collect_runtimes {
    ($callback:ident $args:tt [$($on:tt)*]) => { $callback! { $args $($on)* } };
    ($callback:ident $args:tt [$($on:tt)*]
     ($if_on:ident, $feature:tt, $module:ident, $type:ident) $($rest:tt)*) => {
        $if_on! {
            { collect_runtimes! { $callback $args [$($on)* ($feature, $module, $type)] $($rest)* } }
            { collect_runtimes! { $callback $args [$($on)*] $($rest)* } }
        }
    };
}

table! { $
    (if_tokio, "tokio", tokio, Tokio)
    (if_smol, "smol", smol, Smol)
    (if_async_std, "async-std", async_std, AsyncStd)
}

/// With exactly one runtime compiled in it is named directly; otherwise the choice is
/// [`Any`](super::Any)'s, at run time.
macro_rules! define_selected {
    ({} ($feature:tt, $module:ident, $type:ident)) => {
        pub(crate) type Selected = super::$module::$type;
    };
    ({} $(($feature:tt, $module:ident, $type:ident))*) => {
        pub(crate) type Selected = super::Any;
    };
}
for_each_runtime!(define_selected);

macro_rules! define_kind {
    ({} $(($feature:tt, $module:ident, $type:ident))*) => {
        /// A runtime that is compiled in.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub(crate) enum Kind {
            $($type,)*
        }

        impl Kind {
            /// In the order of preference.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$type),*];

            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$type => $feature,)*
                }
            }
        }
    };
}
for_each_runtime!(define_kind);
