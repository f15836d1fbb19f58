use std::fmt;
use std::time::Duration;

use crate::runtime::clock::Held;
use crate::runtime::selected::yield_now;
use crate::runtime::{Backend, Selected};

/// Pauses the clock of the runtime that this thread belongs to.
///
/// Equivalent to `tokio::time::pause`.
///
/// From here on [`Instant::now`](super::Instant::now) stands still. When all tasks wait, the clock is
/// advanced to the next timer at once, so that a test with an hour of sleeping takes no time. It is not
/// advanced while
///
/// - a closure of [`spawn_blocking`](crate::task::spawn_blocking) runs or waits for a thread, and so
///   while a file is read or the address of a host is looked up,
/// - a socket or a pipe that a task waits for is ready,
/// - somebody waits for a child process, or
/// - there is a [`Hold`].
///
/// A message that a plain thread sends, and data from another process, come too late for the clock:
/// [`hold`] it while you wait for them.
///
/// On Tokio this is Tokio's own clock, and the timers of dependencies follow it. So they do on every runtime
/// with the feature `tokio-context`, unless its Tokio is on the multi-thread flavour. Tokio rounds deadlines up
/// to the next millisecond. Elsewhere a timer fires exactly at its deadline.
///
/// A runtime whose `main` and tasks have waited for a second of real time, and that no timer, closure, hold or
/// socket of this crate can wake, panics with a list of its tasks (with the feature `inspect`). On Tokio it
/// does not while it has a socket of this crate.
///
/// The `timeout` of a test and the `shutdown_timeout` of a runtime are measured in real time.
///
/// # Panics
///
/// Panics if the clock is paused already, on the multi-thread flavour, and on a thread that belongs to
/// no runtime.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use portable::time::{self, Duration, Instant};
///
/// time::pause();
/// let start = Instant::now();
/// time::sleep(Duration::from_secs(3600)).await;
/// assert_eq!(start.elapsed().as_secs(), 3600);
/// # });
/// ```
#[track_caller]
pub fn pause() {
    if let Err(refused) = Selected::default().pause_clock() {
        refused.panic("pause");
    }
}

/// Lets the clock run again, from the time at which it stands.
///
/// Equivalent to `tokio::time::resume`.
///
/// # Panics
///
/// Panics if the clock is not paused, on the multi-thread flavour, and on a thread that belongs to no
/// runtime.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use portable::time::{self, Duration, Instant};
///
/// time::pause();
/// time::advance(Duration::from_secs(60)).await;
/// time::resume();
/// let start = Instant::now();
/// time::sleep(Duration::from_millis(1)).await;
/// assert!(start.elapsed() >= Duration::from_millis(1));
/// # });
/// ```
#[track_caller]
pub fn resume() {
    if let Err(refused) = Selected::default().resume_clock() {
        refused.panic("resume");
    }
}

/// Advances a paused clock by `duration`, and lets the other tasks run once.
///
/// Equivalent to `tokio::time::advance`.
///
/// The timers whose time has come fire in the order of their deadlines. Their tasks may run after this
/// function returns: await something, such as [`yield_now`](crate::task::yield_now), before you look at
/// what they have done. To let every timer up to a time fire in its turn, [`sleep`](super::sleep()) until
/// then.
///
/// # Panics
///
/// Panics if the clock is not paused, on the multi-thread flavour, and on a thread that belongs to no
/// runtime.
///
/// # Cancel safety
///
/// The first poll advances the clock.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use portable::time::{self, Duration, Instant};
///
/// time::pause();
/// let start = Instant::now();
/// time::advance(Duration::from_secs(60)).await;
/// assert_eq!(start.elapsed(), Duration::from_secs(60));
/// # });
/// ```
pub async fn advance(duration: Duration) {
    if let Err(refused) = Selected::default().advance_clock(duration) {
        refused.panic("advance");
    }
    yield_now().await;
    Selected::default().fire_timers();
}

/// Keeps a paused clock from being advanced to the next timer while the returned guard exists.
///
/// It is for what the runtime cannot see: another process, a plain thread, or a library that waits on its
/// own. [`advance`] works meanwhile. On a runtime whose clock cannot be paused, and on a thread that
/// belongs to none, the guard does nothing.
///
/// On Tokio the guard occupies a thread for blocking closures.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(all(feature = "_runtime", feature = "sync"))]
/// # portable::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use portable::sync::oneshot;
/// use portable::time::{self, Duration};
///
/// time::pause();
/// let (sender, receiver) = oneshot::channel();
/// std::thread::spawn(move || {
///     std::thread::sleep(Duration::from_millis(5));
///     sender.send("answer")
/// });
/// let _hold = time::hold();
/// // Without the hold the hour would be over at once.
/// let answer = time::timeout(Duration::from_secs(3600), receiver).await;
/// assert_eq!(answer.unwrap().unwrap(), "answer");
/// # });
/// ```
#[must_use = "the clock is held while the guard exists"]
pub fn hold() -> Hold {
    Hold(Selected::default().hold_clock())
}

/// A guard that keeps a paused clock from being advanced to the next timer, made by [`hold`].
pub struct Hold(#[allow(dead_code, reason = "it is kept until the guard is dropped")] Option<Held>);

impl fmt::Debug for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hold").finish_non_exhaustive()
    }
}
