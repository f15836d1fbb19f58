//! The runtimes, for all tests and for xtask, in the order of preference.

/// Gives the callback its arguments and two lists: the runtimes that have worker threads, and those
/// that run everything on the thread of `main`. Each entry has the name as an identifier, the
/// feature and the type.
macro_rules! runtimes {
    ([$($callback:tt)*] $arguments:tt) => {
        $($callback)*! {
            $arguments
            [
                (tokio "tokio" Tokio)
                (smol "smol" Smol)
                (async_std "async-std" AsyncStd)
            ]
            [
                (embassy "embassy" Embassy)
                (pollster "pollster" Pollster)
            ]
        }
    };
}

macro_rules! define_names {
    (
        ()
        [$(($worker:ident $with_workers:literal $Worker:ident))*]
        [$(($single:ident $with_one_thread:literal $Single:ident))*]
    ) => {
        /// The names of all runtimes.
        pub(crate) const RUNTIMES: [&str; [$($with_workers,)* $($with_one_thread),*].len()] =
            [$($with_workers,)* $($with_one_thread),*];

        /// Returns whether the runtime has worker threads, and does not run everything on the
        /// thread of `main`.
        pub(crate) fn has_workers(runtime: &str) -> bool {
            [$($with_workers),*].contains(&runtime)
        }
    };
}

runtimes! { [define_names] () }

pub(crate) use runtimes;
