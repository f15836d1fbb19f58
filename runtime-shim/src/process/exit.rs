//! How the end of a child is learnt of.

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

/// How often a child is looked at where nothing tells of its end.
const PAUSE: Duration = Duration::from_millis(10);

/// What tells of the end of a child.
#[derive(Debug, Default)]
pub(super) enum Exit {
    #[default]
    Unwatched,
    /// It is readable once the child has ended. Counts how often it said so.
    #[cfg(target_os = "linux")]
    Descriptor(Source<OwnedFd>, u8),
    /// It comes for every child that ends.
    Signal(Signal),
    /// The child is looked at after it. A wait that is cancelled leaves it to the next one, or there
    /// would be a thread for each of them.
    Pause(JoinHandle<()>),
}

impl Exit {
    /// Waits until the child may have ended, since this was asked last. The child has been looked
    /// at in between, and is not waited for yet.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost.
    pub(super) async fn may_have_come(&mut self, child: &std::process::Child) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        {
            if let Self::Unwatched = self
                && let Some(source) = descriptor(child)
            {
                *self = Self::Descriptor(source, 0);
            }
            // One event may have been of a descriptor that had the same place in the reactor. After
            // two, another process traces the child and learns of its end first: the signal comes
            // when it is for us.
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
                // It may have ended before this listened.
                Ok(signal) => {
                    *self = Self::Signal(signal);
                    return Ok(());
                }
                // Of all that waits, a thread is what needs no descriptor.
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

/// None where the kernel is old or forbids it, or where no descriptor is left.
#[cfg(target_os = "linux")]
fn descriptor(child: &std::process::Child) -> Option<Source<OwnedFd>> {
    let descriptor = pidfd_open(Pid::from_child(child), PidfdFlags::empty()).ok()?;
    watch(descriptor, First::Waits).ok()
}
