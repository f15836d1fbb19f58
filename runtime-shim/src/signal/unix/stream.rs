use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::SignalKind;
use crate::signal::hub::{Armed, Takes, arm};
use crate::signal::slot::Slot;

/// Starts to listen to a signal.
///
/// Equivalent to `tokio::signal::unix::signal`.
///
/// It listens from this call on. As long as the [`Signal`] exists, the signal has no other effect.
/// The effect [after the last listener](crate::signal#when-nobody-listens) differs from Tokio. A
/// listener may be made anew [in each turn of a loop](crate::signal#in-a-loop).
///
/// # Errors
///
/// Returns an error for a signal that cannot be listened to (`KILL`, `STOP`, `ILL`, `FPE`, `SEGV`)
/// or that does not exist. Otherwise returns the operating system's error.
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
        armed: arm(&[kind.as_raw_value()], Takes::AllLater, slot.clone())?,
        slot,
    })
}

/// A listener to a signal, made by [`signal`]. It listens until it is dropped.
///
/// Equivalent to `tokio::signal::unix::Signal`.
#[derive(Debug)]
#[must_use = "it listens only as long as it is kept"]
pub struct Signal {
    slot: Arc<Slot>,
    armed: Armed,
}

impl Signal {
    /// Waits for the signal. It never returns `None`.
    ///
    /// Several signals since the last call count as one, which this returns at once.
    ///
    /// # Cancel safety
    ///
    /// A signal that a dropped future had not returned is returned by the next call.
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

    /// Returns the `poll` form of [`recv`](Self::recv).
    ///
    /// While it is pending, the signal wakes the waker of the last call.
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<()>> {
        self.slot.poll(cx).map(|number| {
            self.armed.take(number);
            Some(())
        })
    }
}
