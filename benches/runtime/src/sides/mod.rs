//! The sides of the comparison: the same calls, each with the side's own functions.

mod async_std;
mod boxed;
#[cfg(feature = "custom")]
mod custom;
mod embassy;
#[cfg(feature = "_runtime")]
mod portable;
mod smol;
mod tokio;

use std::future::{self, Future};
use std::time::Duration;

pub use self::async_std::AsyncStd;
pub use self::boxed::Joining;
pub use self::embassy::Embassy;
#[cfg(feature = "_runtime")]
pub use self::portable::Portable;
pub use self::smol::Smol;
pub use self::tokio::Tokio;

/// The place where the workload runs.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// On the thread that calls `block_on`, where its tasks run too if the runtime can do that.
    Main,
    /// In a task on the one worker.
    Task,
    /// On the thread that calls `block_on`, with its tasks on so many workers.
    Beside(usize),
}

impl Place {
    /// Parses `main`, `task`, or the number of workers.
    pub fn of(word: &str) -> Self {
        match word {
            "main" => Self::Main,
            "task" => Self::Task,
            number => Self::Beside(number.parse().expect("a number of workers")),
        }
    }
}

/// A runtime, or a layer over one.
///
/// The methods return what the side's own functions return: nothing is wrapped that a program would
/// not wrap. A side does not override the methods for functions that it lacks, and
/// [`LACKS`](Self::LACKS) names their workloads.
pub trait Side: 'static {
    /// The workloads that the side cannot run.
    const LACKS: &'static [&'static str] = &[];

    /// The handle of a task.
    type Join<T: Send + 'static>: Future + Send + 'static;
    /// An interval.
    type Ticks: Send;
    /// Tasks that are awaited in the order in which they end.
    type Set: Send;

    /// Runs a workload to its end.
    fn run<F: Future<Output = ()> + Send + 'static>(place: Place, work: F);

    /// Starts a task.
    fn spawn<F>(future: F) -> Self::Join<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static;

    /// Lets a task run on without its handle.
    fn detach<T: Send + 'static>(handle: Self::Join<T>) {
        drop(handle);
    }

    /// Gives the other tasks a turn.
    fn yield_now() -> impl Future + Send {
        future::ready(())
    }

    /// Waits.
    fn sleep(_duration: Duration) -> impl Future + Send {
        future::ready(())
    }

    /// Awaits a future, for no longer than the duration.
    fn timeout<F: Future + Send>(_duration: Duration, future: F) -> impl Future + Send {
        future
    }

    /// Makes an interval.
    fn interval(period: Duration) -> Self::Ticks;

    /// Waits for the next tick.
    fn tick(ticks: &mut Self::Ticks) -> impl Future + Send;

    /// Makes an empty set of tasks.
    fn set() -> Self::Set;

    /// Starts a task as a member of `set`.
    fn add<F: Future<Output = u64> + Send + 'static>(set: &mut Self::Set, future: F);

    /// Waits for the next task of the set that ends. Returns `false` if the set is empty.
    fn next(set: &mut Self::Set) -> impl Future<Output = bool> + Send;

    /// Runs a closure where it may block.
    fn spawn_blocking<F: FnOnce() -> u64 + Send + 'static>(_closure: F) -> impl Future + Send {
        future::ready(())
    }
}
