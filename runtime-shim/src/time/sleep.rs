use core::fmt;
use core::future::Future;
use core::marker::PhantomPinned;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;

use pin_project_lite::pin_project;

use crate::runtime::selected::{Timer, poll_spend};
use crate::time::Instant;

/// Waits until `duration` has passed since this call.
///
/// Equivalent to `tokio::time::sleep`.
///
/// A duration of zero gives the other tasks one turn. A duration that is too long for the clock
/// waits for ever.
///
/// # Panics
///
/// The first timer starts a thread or a reactor. Polling panics if the operating system refuses it.
/// The next poll tries again.
///
/// # Cancel safety
///
/// Dropping the future cancels the sleep. Nothing else is lost.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(all(feature = "std", feature = "_runtime"))]
/// # portable::runtime::block_on(async {
/// use portable::time::{Duration, Instant, sleep};
///
/// let start = Instant::now();
/// sleep(Duration::from_millis(10)).await;
/// assert!(start.elapsed() >= Duration::from_millis(10));
/// # });
/// ```
pub fn sleep(duration: Duration) -> Sleep {
    let deadline = Instant::after(duration);
    let state = if duration.is_zero() {
        State::Due
    } else {
        State::New
    };
    Sleep::of(Wait::new(deadline, state))
}

/// Waits until `deadline`.
///
/// Equivalent to `tokio::time::sleep_until`.
///
/// A deadline that has passed gives the other tasks one turn.
///
/// # Panics
///
/// Panics where [`sleep`] does.
///
/// # Cancel safety
///
/// Dropping the future cancels the sleep. Nothing else is lost.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(all(feature = "std", feature = "_runtime"))]
/// # portable::runtime::block_on(async {
/// use portable::time::{Duration, Instant, sleep_until};
///
/// let deadline = Instant::now() + Duration::from_millis(10);
/// sleep_until(deadline).await;
/// assert!(Instant::now() >= deadline);
/// # });
/// ```
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep::of(Wait::until(deadline))
}

pin_project! {
    /// The future of [`sleep`] and [`sleep_until`].
    ///
    /// Equivalent to `tokio::time::Sleep`.
    ///
    /// It is not [`Unpin`]: pin it ([`std::pin::pin!`], [`Box::pin`]) to poll it in a `select` or
    /// to [`reset`](Self::reset) it.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(all(feature = "std", feature = "_runtime"))]
    /// # portable::runtime::block_on(async {
    /// use portable::time::{Duration, Instant, sleep};
    /// use std::pin::pin;
    ///
    /// let mut sleep = pin!(sleep(Duration::from_secs(3600)));
    /// sleep.as_mut().reset(Instant::now() + Duration::from_millis(1));
    /// sleep.as_mut().await;
    /// assert!(sleep.is_elapsed());
    /// # });
    /// ```
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Sleep {
        #[pin]
        wait: Wait,
        // Makes the type `!Unpin` on every runtime, because the timers of some are.
        #[pin]
        _pinned: PhantomPinned,
    }
}

pin_project! {
    /// A [`Sleep`] for owners inside this crate. It can be polled without a pin where the runtime's
    /// timer is `Unpin`.
    pub(crate) struct Wait {
        deadline: Instant,
        state: State,
        #[pin]
        timer: Timer,
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// The deadline had passed when it was set. The other tasks get one turn.
    Due,
    /// The runtime's timer decides, and it was not polled yet.
    New,
    /// The runtime's timer decides, and it was polled.
    Waiting,
    Elapsed,
}

impl State {
    fn at(deadline: Instant, now: Instant) -> Self {
        if deadline <= now {
            Self::Due
        } else {
            Self::New
        }
    }
}

impl Sleep {
    fn of(wait: Wait) -> Self {
        Self {
            wait,
            _pinned: PhantomPinned,
        }
    }

    /// Returns the time at which this sleep ends.
    pub fn deadline(&self) -> Instant {
        self.wait.deadline
    }

    /// Returns whether the sleep has ended, which a poll after the deadline finds out.
    pub fn is_elapsed(&self) -> bool {
        self.wait.state == State::Elapsed
    }

    /// Moves the deadline. After the end of the sleep too: it can then be awaited again.
    ///
    /// The task that waits for the sleep is woken at the new deadline.
    pub fn reset(self: Pin<&mut Self>, deadline: Instant) {
        self.project().wait.reset(deadline);
    }
}

impl Future for Sleep {
    type Output = ();

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().wait.poll(cx)
    }
}

impl Wait {
    pub(crate) fn until(deadline: Instant) -> Self {
        Self::new(deadline, State::at(deadline, Instant::now()))
    }

    fn new(deadline: Instant, state: State) -> Self {
        Self {
            deadline,
            state,
            timer: Timer::until(deadline),
        }
    }

    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }

    pub(crate) fn reset(self: Pin<&mut Self>, deadline: Instant) {
        let this = self.project();
        *this.deadline = deadline;
        this.timer.reset(deadline);
        // The timer knows the waiting task, so it does the waking even if the new deadline is
        // already due.
        if *this.state != State::Waiting {
            *this.state = State::at(deadline, Instant::now());
        }
    }
}

impl Future for Wait {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        match this.state {
            State::Elapsed => {
                return poll_spend(cx);
            }
            State::Due => {
                *this.state = State::Elapsed;
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            State::New | State::Waiting => {}
        }
        *this.state = State::Waiting;
        ready!(this.timer.poll(*this.deadline, cx));
        *this.state = State::Elapsed;
        Poll::Ready(())
    }
}

impl fmt::Debug for Sleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.wait.fmt(f)
    }
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sleep")
            .field("deadline", &self.deadline)
            .field("state", &self.state)
            .finish()
    }
}
