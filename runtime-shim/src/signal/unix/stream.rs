use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::SignalKind;
use crate::signal::hub::{Armed, Takes, arm};
use crate::signal::slot::Slot;

/// Listens to a signal from this call on.
///
/// Equivalent to `tokio::signal::unix::signal`.
///
/// As long as the [`Signal`] is there, the signal does nothing else. What it does
/// [when nobody listens any more](crate::signal#when-nobody-listens) differs from Tokio. It may be made
/// anew [in each turn of a loop](crate::signal#in-a-loop).
///
/// # Errors
///
/// For a signal that cannot be listened to (`KILL`, `STOP`, `ILL`, `FPE`, `SEGV`) or that does not
/// exist, and the operating system's.
///
/// # Examples
///
/// A program that reads its configuration again on `SIGHUP`:
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::signal::unix::{SignalKind, signal};
///
/// let mut hangup = signal(SignalKind::hangup())?;
/// # signal_hook::low_level::raise(signal_hook::consts::SIGHUP)?;
/// while hangup.recv().await.is_some() {
///     println!("reads the configuration");
/// #   break;
/// }
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub fn signal(kind: SignalKind) -> io::Result<Signal> {
    let slot = Arc::<Slot>::default();
    Ok(Signal {
        armed: arm(&[kind], Takes::AllLater, slot.clone())?,
        slot,
    })
}

/// Listens to a signal until it is dropped; made by [`signal`].
///
/// Equivalent to `tokio::signal::unix::Signal`.
#[derive(Debug)]
#[must_use = "it listens only as long as it is kept"]
pub struct Signal {
    slot: Arc<Slot>,
    armed: Armed,
}

impl Signal {
    /// Waits for the signal; it never gives `None`.
    ///
    /// Signals that came since the last one was given are one, and given at once.
    ///
    /// # Cancel safety
    ///
    /// A signal that was not given is given to the next call.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::signal::unix::{SignalKind, signal};
    ///
    /// let mut terminate = signal(SignalKind::terminate())?;
    /// # signal_hook::low_level::raise(signal_hook::consts::SIGTERM)?;
    /// terminate.recv().await;
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap();
    /// ```
    pub async fn recv(&mut self) -> Option<()> {
        poll_fn(|cx| self.poll_recv(cx)).await
    }

    /// As [`recv`](Self::recv), for those who poll.
    ///
    /// While it is pending, the waker of the last call is woken by the signal.
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<()>> {
        self.slot.poll(cx).map(|number| {
            self.armed.take(number);
            Some(())
        })
    }
}
