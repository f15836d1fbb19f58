use std::ffi::c_int;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use super::state::State;
use super::unguarded::Unguarded;
use super::{Guard, Requested, StillRunning};
#[cfg(unix)]
use crate::signal::unix::SignalKind;
use crate::signal::{Armed, Takes, arm};
use crate::time::{Duration, timeout};

/// The signals that ask a program to end.
#[cfg(unix)]
const ENDS: &[c_int] = &[signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM];
#[cfg(windows)]
const ENDS: &[c_int] = {
    use windows_sys::Win32::System::Console::{
        CTRL_BREAK_EVENT, CTRL_C_EVENT, CTRL_CLOSE_EVENT, CTRL_SHUTDOWN_EVENT,
    };

    &[
        CTRL_C_EVENT.cast_signed(),
        CTRL_BREAK_EVENT.cast_signed(),
        CTRL_CLOSE_EVENT.cast_signed(),
        CTRL_SHUTDOWN_EVENT.cast_signed(),
    ]
};

/// The end of a program, or of a part of it. It is requested once, and it waits for all guards.
///
/// Clones share one state. [The module](super) shows a whole program.
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
    /// The listener. It holds only `state`, so dropping the last clone or guard drops the listener.
    _armed: Option<Armed>,
}

impl Shutdown {
    /// Creates a shutdown that only the program itself can request.
    pub fn new() -> Self {
        Self(Arc::default())
    }

    /// Creates a shutdown that ctrl-c or `SIGTERM` requests, from this call on. On Windows it is
    /// ctrl-c, ctrl-break, the closing of the console, or the end of the system.
    ///
    /// It takes the first such signal, even if the program has requested the end before. Then it
    /// stops listening, and the second signal ends the process at once, unless another listener
    /// [exists](crate::signal#when-nobody-listens).
    ///
    /// # Errors
    ///
    /// Returns the operating system's error if it does not let the program listen.
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
        Self::at(ENDS)
    }

    /// Creates a shutdown that any of these signals requests, like [`on_signal`](Self::on_signal).
    ///
    /// # Errors
    ///
    /// Fails as [`unix::signal`](crate::signal::unix::signal) does.
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
    #[cfg(unix)]
    pub fn on(signals: &[SignalKind]) -> io::Result<Self> {
        let signals: Vec<_> = signals.iter().map(SignalKind::as_raw_value).collect();
        Self::at(&signals)
    }

    fn at(signals: &[c_int]) -> io::Result<Self> {
        let state = Arc::<State>::default();
        let armed = arm(signals, Takes::One, state.clone())?;
        Ok(Self(Arc::new(Inner {
            state,
            _armed: Some(armed),
        })))
    }

    /// Requests the end. Further calls do nothing.
    pub fn request(&self) {
        self.state().request();
    }

    /// Returns whether the end was requested.
    ///
    /// A loop that never awaits can call this: a signal arrives without a turn of the runtime.
    pub fn is_requested(&self) -> bool {
        self.state().is_requested()
    }

    /// Waits until the end is requested. The future is ready at once if it already was.
    ///
    /// The future is `'static`, so it can be passed to a server's `with_graceful_shutdown`.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: a request stays.
    pub fn requested(&self) -> Requested {
        Requested::new(self.clone())
    }

    /// Runs a future until it completes or the end is requested. Returns its output in the first
    /// case, and `None` in the second, like `run_until_cancelled` of tokio-util's
    /// `CancellationToken`.
    ///
    /// If the end was requested before this call, the future is not polled. If both happen at once,
    /// the output is returned.
    ///
    /// # Cancel safety
    ///
    /// Dropping the returned future drops `future`, and so does a request.
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

    /// Returns a guard, which [`wait`](Self::wait) and [`wait_for`](Self::wait_for) wait for.
    pub fn guard(&self) -> Guard {
        Guard::new(self.clone())
    }

    /// Returns the number of guards.
    pub fn guards(&self) -> usize {
        self.state().guards()
    }

    /// Waits until there is no guard.
    ///
    /// This neither requests the end nor waits for the request. A caller that holds a guard itself
    /// waits for ever.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub fn wait(&self) -> impl Future<Output = ()> + Send + Sync + Unpin + use<> {
        Unguarded::new(self.clone())
    }

    /// Like [`wait`](Self::wait), but for at most `limit` from this call.
    ///
    /// This does not stop tasks that hold a guard for longer. They end with the program, as all
    /// tasks do when `main` returns.
    ///
    /// # Errors
    ///
    /// Returns [`StillRunning`] if guards are left when the time is over.
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
