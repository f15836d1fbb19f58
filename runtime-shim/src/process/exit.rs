//! Waiting for the end of a child.

use std::io;
use std::thread;
use std::time::Duration;

use std::os::fd::OwnedFd;

use crate::io::blocking::lost;
use crate::runtime::refused::as_error;
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
    /// A pidfd or a kqueue, readable once the child has ended, and the number of times it was readable.
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
        if let Self::Unwatched = self
            && let Some(source) =
                system::descriptor(child).and_then(|fd| watch(fd, First::Waits).ok())
        {
            *self = Self::Descriptor(source, 0);
        }
        // The first event may belong to an earlier descriptor with the same slot in the reactor. If
        // the child has not ended after two events, another process traces it and learns of the end
        // first, or a kqueue has told of the end a moment before it can be seen. The signal comes
        // once the end is ours to see.
        if let Self::Descriptor(source, told @ 0..2) = self
            && source.ready(Direction::Read).await.is_ok()
        {
            *told += 1;
            return Ok(());
        }
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

#[cfg(target_os = "linux")]
mod system {
    use std::os::fd::OwnedFd;
    use std::process::Child;

    use rustix::process::{Pid, PidfdFlags, pidfd_open};

    /// Opens a pidfd. Returns `None` if the kernel is too old or forbids it, or if no descriptor is
    /// left.
    pub(super) fn descriptor(child: &Child) -> Option<OwnedFd> {
        pidfd_open(Pid::from_child(child), PidfdFlags::empty()).ok()
    }
}

#[cfg(any(
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd",
    target_os = "dragonfly",
))]
mod system {
    use std::mem::MaybeUninit;
    use std::os::fd::OwnedFd;
    use std::process::Child;
    use std::ptr;

    use rustix::event::kqueue::{self, Event, EventFilter, EventFlags, ProcessEvents};
    use rustix::process::Pid;

    /// Makes a kqueue that watches the child alone. Returns `None` if no descriptor is left, or if the
    /// child has ended already, which some systems say by an error.
    pub(super) fn descriptor(child: &Child) -> Option<OwnedFd> {
        let queue = kqueue::kqueue().ok()?;
        let filter = EventFilter::Proc {
            pid: Pid::from_child(child),
            flags: ProcessEvents::EXIT,
        };
        let change = Event::new(filter, EventFlags::ADD, ptr::null_mut());
        let mut none: [MaybeUninit<Event>; 0] = [];
        // SAFETY: the change names no descriptor.
        unsafe { kqueue::kevent_timespec(&queue, &[change], &mut none, None) }.ok()?;
        Some(queue)
    }
}

/// Other systems tell of a child's end by the signal alone. Android may end a process that asks for a
/// pidfd.
#[cfg(not(any(
    target_os = "linux",
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd",
    target_os = "dragonfly",
)))]
mod system {
    use std::os::fd::OwnedFd;
    use std::process::Child;

    pub(super) fn descriptor(_: &Child) -> Option<OwnedFd> {
        None
    }
}
