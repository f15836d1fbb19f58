//! The contract of [`portable`] as tests of a runtime of your own.
//!
//! [`contract!`] makes a `#[test]` of each behaviour that [the contract](portable::contract) promises of
//! tasks, time, groups of tasks, fairness and the end of a runtime. Each runs on a runtime that is made
//! for it alone, within a time limit. One that fails says which line of the contract the runtime
//! breaks.

// `main.rs` has the same files as tests of `portable` itself. What only those tests have, such as
// programs in a process of their own, is `cfg(test)`. So there is no library in a build for tests.
#![cfg(not(test))]

mod common;
mod suite;

#[doc(hidden)]
pub use self::suite::{__private, names, run};
pub use self::suite::{LINES, Line};

mod tasks {
    pub(crate) mod abort;
    pub(crate) mod blocking;
    pub(crate) mod errors;
    pub(crate) mod handles;
    pub(crate) mod local;
    pub(crate) mod local_set;
    pub(crate) mod panics;
    pub(crate) mod pools;
    pub(crate) mod start;
    pub(crate) mod turns;
    pub(crate) mod wakers;
    pub(crate) mod wakes;
}

mod entry_point {
    pub(crate) mod shutdown;
}

mod anywhere {
    pub(crate) mod block_on;
    pub(crate) mod enter;
}

mod time {
    pub(crate) mod interval;
    pub(crate) mod sleep;
    pub(crate) mod timeout;
}

mod fairness {
    #[cfg(feature = "sync")]
    pub(crate) mod channels;
    pub(crate) mod handles;
    #[cfg(feature = "select")]
    pub(crate) mod select;
    pub(crate) mod time;
}

mod groups {
    pub(crate) mod abort_on_drop;
    pub(crate) mod join_queue;
    pub(crate) mod join_set;
    #[cfg(feature = "select")]
    pub(crate) mod select;
    #[cfg(feature = "sync")]
    pub(crate) mod sync;
    pub(crate) mod task_local;
    #[cfg(feature = "sync")]
    pub(crate) mod tracker;
}
