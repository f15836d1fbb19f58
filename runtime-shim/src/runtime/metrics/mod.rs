//! What a runtime counts, and how it is read.
//!
//! - `thread`: the counters of one thread.
//! - `counters`: the counters of one runtime.
//! - `late`: those of a set of local tasks, which belongs to no runtime at first.
//! - `runtime_metrics`: the public type.

mod counters;
#[cfg(feature = "_runtime")]
mod late;
mod runtime_metrics;
mod thread;

pub use self::runtime_metrics::RuntimeMetrics;

pub(crate) use self::counters::{Counters, Entered, TaskReading, ended, outside};
#[cfg(feature = "_runtime")]
pub(crate) use self::late::LateCounters;
pub(crate) use self::thread::WorkerReading;
#[cfg(feature = "_executor")]
pub(crate) use self::thread::Working;
#[cfg(feature = "tokio")]
pub(crate) use self::thread::try_spawned_here;

/// How a task ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Ending {
    Finished,
    Cancelled,
    Panicked,
}

impl Ending {
    pub(crate) const COUNT: usize = 3;
}

/// The threads for blocking closures, and the closures.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ClosureReading {
    pub(crate) threads: usize,
    pub(crate) running: usize,
    pub(crate) queued: usize,
}

/// The numbers of a running runtime, each read when it is asked for.
pub(crate) trait Metered {
    fn tasks(&self) -> TaskReading;

    fn num_workers(&self) -> usize;

    /// Returns the work of the worker with the given index, which is less than the number of workers.
    fn worker(&self, index: usize) -> WorkerReading;

    fn global_queue_depth(&self) -> usize;

    fn closures(&self) -> ClosureReading;

    fn num_timers(&self) -> Option<usize>;

    fn num_watched_descriptors(&self) -> usize;
}
