//! Waiting for the end of a child.

use std::io;
use std::thread;
use std::time::Duration;

#[cfg(target_os = "linux")]
use std::os::fd::OwnedFd;

#[cfg(target_os = "linux")]
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use crate::io::blocking::lost;
use crate::runtime::refused::as_error;
#[cfg(target_os = "linux")]
use crate::runtime::source::{AsyncSource, Direction, First, Source, watch};
use crate::signal::unix::{Signal, SignalKind, signal};
use crate::task::{JoinHandle, spawn_blocking};

/// The interval at which a child is polled if nothing signals its end.
const PAUSE: Duration = Duration::from_millis(10);

/// The source of news about the end of a child.
#[derive(Debug, Default)]
pub(super) enum Exit {
    #[default]
    Unwatched,
    /// A pidfd, readable once the child has ended, and the number of times it was readable.
    #[cfg(target_os = "linux")]
    Descriptor(Source<OwnedFd>, u8),
    /// `SIGCHLD`, which comes for every child that ends.
    Signal(Signal),
    /// A sleeping thread, after which the child is polled. A cancelled wait leaves it to the next
    /// wait, because otherwise each wait would start a thread.
    Pause(JoinHandle<()>),
}

impl Exit {
    /// Waits until the child may have ended since the last call. The caller has checked the child
    /// in between, and has not waited for its status yet.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub(super) async fn may_have_come(&mut self, child: &std::process::Child) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        {
            if let Self::Unwatched = self
                && let Some(source) = descriptor(child)
            {
                *self = Self::Descriptor(source, 0);
            }
            // The first event may belong to an earlier descriptor with the same slot in the
            // reactor. If the child has not ended after two events, another process traces it and
            // learns of the end first. The signal comes once the end is ours to see.
            if let Self::Descriptor(source, told @ 0..2) = self
                && source.ready(Direction::Read).await.is_ok()
            {
                *told += 1;
                return Ok(());
            }
        }
        #[cfg(not(target_os = "linux"))]
        let _ = child;
        if let Self::Signal(signal) = self {
            signal.recv().await;
            return Ok(());
        }
        if !matches!(self, Self::Pause(_)) {
            match signal(SignalKind::child()) {
                // The child may have ended before the signal was listened to, so the caller checks
                // it first.
                Ok(signal) => {
                    *self = Self::Signal(signal);
                    return Ok(());
                }
                // A thread is the one way to wait that needs no descriptor.
                Err(_) => {
                    let pause = as_error(|| spawn_blocking(|| thread::sleep(PAUSE)))?;
                    *self = Self::Pause(pause);
                }
            }
        }
        if let Self::Pause(pause) = self {
            let paused = pause.await;
            *self = Self::Unwatched;
            paused.map_err(lost)?;
        }
        Ok(())
    }
}

/// Opens a pidfd. Returns `None` if the kernel is too old or forbids it, or if no descriptor is
/// left.
#[cfg(target_os = "linux")]
fn descriptor(child: &std::process::Child) -> Option<Source<OwnedFd>> {
    let descriptor = pidfd_open(Pid::from_child(child), PidfdFlags::empty()).ok()?;
    watch(descriptor, First::Waits).ok()
}
