//! The clocks of the runtimes, which tests pause.

use std::any::Any;
use std::time::Instant;

use super::Id;

/// Keeps a paused clock from being advanced until it is dropped.
pub(crate) type Held = Box<dyn Any + Send + Sync>;

/// The reason why a clock cannot be paused, resumed or advanced.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Refused {
    /// The thread belongs to no runtime.
    Elsewhere,
    /// The runtime has worker threads.
    MultiThread,
    /// The runtime is one of the user's own.
    #[cfg_attr(not(feature = "custom"), allow(dead_code))]
    Custom,
    IsPaused,
    IsNotPaused,
}

impl Refused {
    /// Panics with the reason why the function with this name cannot do its work.
    #[cold]
    #[track_caller]
    pub(crate) fn panic(self, function: &str) -> ! {
        let why = match self {
            Self::Elsewhere => {
                "was called on a thread of no runtime: call it in a test, in `main` or in a task"
            }
            Self::MultiThread => {
                "needs the current-thread flavour, because nobody knows when all workers wait: use \
                 `flavor = \"current_thread\"` or `Builder::new_current_thread()`"
            }
            Self::Custom => "is for the runtimes of portable, not for one of your own",
            Self::IsPaused => "was called while the clock is paused already",
            Self::IsNotPaused => {
                "needs a paused clock: call `time::pause` first, or write `start_paused = true`"
            }
        };
        panic!("portable: `time::{function}` {why}");
    }
}

/// Returns the words about a runtime with a paused clock whose tasks, of which there are so many, can only
/// wait for ever.
#[cold]
#[cfg_attr(not(feature = "_runtime"), allow(dead_code))]
#[cfg_attr(not(feature = "inspect"), allow(unused_variables))]
pub(super) fn waits_for_ever(tasks: u64, id: Option<Id>) -> String {
    #[cfg(feature = "inspect")]
    let list = id
        .and_then(|id| crate::inspect::text("that wait", id))
        .unwrap_or_default();
    #[cfg(not(feature = "inspect"))]
    let list = "the feature `inspect` lists the tasks here";
    format!(
        "portable: this waits for ever: the clock is paused, no timer is pending, and `main` and all tasks \
         ({tasks}) wait; if they wait for a thread or a process outside, keep a `time::hold()` meanwhile\n{list}"
    )
}

/// Returns what the clock of this thread's runtime shows.
#[inline]
pub(crate) fn now() -> Instant {
    #[cfg(feature = "_executor")]
    if let Some(now) = super::executor::clock_now() {
        return now;
    }
    #[cfg(feature = "tokio")]
    return super::tokio::now();
    #[cfg(not(feature = "tokio"))]
    Instant::now()
}
