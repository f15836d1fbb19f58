use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use super::state::State;
use super::unguarded::Unguarded;
use super::{Guard, Requested, StillRunning};
use crate::signal::unix::SignalKind;
use crate::signal::{Armed, Takes, arm};
use crate::time::{Duration, timeout};

/// The end of the program, or of a part of it: is requested once, and waits for those who hold a
/// guard.
///
/// A clone is the same one. See [the module](super) for a whole program.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::shutdown::Shutdown;
/// use portable::task;
///
/// let shutdown = Shutdown::new();
/// let guard = shutdown.guard();
/// task::spawn(async move {
///     guard.requested().await;
///     println!("tidies up");
/// });
/// shutdown.request();
/// shutdown.wait().await;
/// # });
/// ```
#[derive(Clone)]
pub struct Shutdown(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: Arc<State>,
    /// The listener holds the state alone, so that it ends with the last of us.
    _armed: Option<Armed>,
}

impl Shutdown {
    /// One that only the program itself requests.
    pub fn new() -> Self {
        Self(Arc::default())
    }

    /// One that ctrl-c or `SIGTERM` requests, from this call on.
    ///
    /// It takes the first such signal, also when the program itself has requested the end before.
    /// Then it listens no more, and the second one ends the process at once, if nobody else
    /// [listens](crate::signal#when-nobody-listens).
    ///
    /// # Errors
    ///
    /// The operating system's, if it lets the program not listen.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::shutdown::Shutdown;
    ///
    /// let shutdown = Shutdown::on_signal()?;
    /// # signal_hook::low_level::raise(signal_hook::consts::SIGTERM)?;
    /// shutdown.requested().await;
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap();
    /// ```
    pub fn on_signal() -> io::Result<Self> {
        Self::on(&[SignalKind::interrupt(), SignalKind::terminate()])
    }

    /// One that any of these signals requests, as [`on_signal`](Self::on_signal).
    ///
    /// # Errors
    ///
    /// As [`unix::signal`](crate::signal::unix::signal).
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// use portable::shutdown::Shutdown;
    /// use portable::signal::unix::SignalKind;
    ///
    /// let shutdown = Shutdown::on(&[SignalKind::interrupt(), SignalKind::hangup()])?;
    /// assert!(!shutdown.is_requested());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn on(signals: &[SignalKind]) -> io::Result<Self> {
        let state = Arc::<State>::default();
        let armed = arm(signals, Takes::One, state.clone())?;
        Ok(Self(Arc::new(Inner {
            state,
            _armed: Some(armed),
        })))
    }

    /// Requests the end. To do it again does nothing.
    pub fn request(&self) {
        self.state().request();
    }

    /// Whether the end was requested.
    ///
    /// A loop that never waits may ask it: a signal needs no turn of the runtime to get here.
    pub fn is_requested(&self) -> bool {
        self.state().is_requested()
    }

    /// Waits until the end is requested; is ready at once if it was.
    ///
    /// The future is `'static`: it may be handed to a server's `with_graceful_shutdown`.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: a request stays.
    pub fn requested(&self) -> Requested {
        Requested::new(self.clone())
    }

    /// Runs a future until it is done or the end is requested, and gives its output in the first
    /// case; as `run_until_cancelled` of tokio-util's `CancellationToken`.
    ///
    /// If the end was requested before this call, the future is not polled. If both come at once, its
    /// output is given.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future, as well as the request, drops the one that it runs.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::shutdown::Shutdown;
    ///
    /// let shutdown = Shutdown::new();
    /// assert_eq!(shutdown.run_until_requested(async { 7 }).await, Some(7));
    /// shutdown.request();
    /// assert_eq!(shutdown.run_until_requested(async { 7 }).await, None);
    /// # });
    /// ```
    pub async fn run_until_requested<F: Future>(&self, future: F) -> Option<F::Output> {
        if self.is_requested() {
            return None;
        }
        let mut requested = self.requested();
        let mut future = pin!(future);
        poll_fn(|cx| match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => Pin::new(&mut requested).poll(cx).map(|()| None),
        })
        .await
    }

    /// A guard, for which [`wait`](Self::wait) and [`wait_for`](Self::wait_for) wait.
    pub fn guard(&self) -> Guard {
        Guard::new(self.clone())
    }

    /// How many guards there are.
    pub fn guards(&self) -> usize {
        self.state().guards()
    }

    /// Waits until there is no guard.
    ///
    /// It does not request the end, nor wait for the request. A guard that the caller holds itself
    /// makes it wait for ever.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub fn wait(&self) -> impl Future<Output = ()> + Send + Sync + Unpin + use<> {
        Unguarded::new(self.clone())
    }

    /// As [`wait`](Self::wait), but for at most `limit` from this call.
    ///
    /// Tasks that hold a guard longer are not stopped by it: they end with the program, as all tasks
    /// do when `main` returns.
    ///
    /// # Errors
    ///
    /// [`StillRunning`] if there are guards left when the time is over.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::shutdown::Shutdown;
    /// use portable::time::Duration;
    ///
    /// let shutdown = Shutdown::new();
    /// shutdown.request();
    /// match shutdown.wait_for(Duration::from_secs(10)).await {
    ///     Ok(()) => println!("all is done"),
    ///     Err(left) => eprintln!("goes anyway: {left}"),
    /// }
    /// # });
    /// ```
    pub fn wait_for(
        &self,
        limit: Duration,
    ) -> impl Future<Output = Result<(), StillRunning>> + Send + use<> {
        let shutdown = self.clone();
        let wait = timeout(limit, self.wait());
        async move {
            match wait.await {
                Ok(()) => Ok(()),
                Err(_) => match shutdown.guards() {
                    0 => Ok(()),
                    guards => Err(StillRunning(guards)),
                },
            }
        }
    }

    pub(super) fn state(&self) -> &State {
        &self.0.state
    }
}

impl Default for Shutdown {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Shutdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shutdown")
            .field("requested", &self.is_requested())
            .field("guards", &self.guards())
            .finish()
    }
}
