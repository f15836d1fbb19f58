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
/// Zero gives the other tasks one turn. A duration that is too long for the clock waits for ever.
///
/// # Panics
///
/// When it is polled and the operating system refuses what the first timer starts, a thread or a
/// reactor. The next poll asks again.
///
/// # Cancel safety
///
/// Dropping the future cancels the sleep; nothing else is lost.
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
/// As [`sleep`].
///
/// # Cancel safety
///
/// Dropping the future cancels the sleep; nothing else is lost.
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
        // Some runtimes' timers need it and some do not.
        #[pin]
        _pinned: PhantomPinned,
    }
}

pin_project! {
    /// A [`Sleep`] for those who own one and can poll it without a pin, if the runtime's timer is
    /// such.
    pub(crate) struct Wait {
        deadline: Instant,
        state: State,
        #[pin]
        timer: Timer,
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// The deadline had passed when it was set: one turn for the others.
    Due,
    /// The runtime's timer decides, which nobody has polled.
    New,
    /// The same, and somebody has.
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

    /// When this sleep ends.
    pub fn deadline(&self) -> Instant {
        self.wait.deadline
    }

    /// Whether it has ended: it has been polled after its deadline.
    pub fn is_elapsed(&self) -> bool {
        self.wait.state == State::Elapsed
    }

    /// Moves the deadline, also after the end: the sleep can then be awaited anew.
    ///
    /// A task that waits for it is woken at the new deadline.
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
        // Of whoever waits the timer knows, so it does the waking even if the deadline is due.
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
