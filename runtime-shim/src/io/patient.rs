//! Calls that block, even on a non-blocking descriptor.
//!
//! Programs that share an open descriptor share its flags. A shell, a parent or a child may have
//! set `O_NONBLOCK` on the standard streams, and a file may be handed over with the flag set. A
//! call that has to wait then returns an error instead of blocking the thread.

use std::io::{self, ErrorKind};
use std::thread;
use std::time::Duration;

/// The event that a call waits for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Until {
    Readable,
    Writable,
}

/// A type with a descriptor that can be waited for.
#[cfg(unix)]
pub(crate) trait Waitable: std::os::fd::AsFd {}
#[cfg(unix)]
impl<T: std::os::fd::AsFd> Waitable for T {}
/// A type with a handle, whose calls block.
#[cfg(not(unix))]
pub(crate) trait Waitable {}
#[cfg(not(unix))]
impl<T> Waitable for T {}

#[cfg(unix)]
use std::os::fd::AsFd as Pollable;
/// Windows tells only of sockets whether they are ready.
#[cfg(all(windows, feature = "_reactor"))]
use std::os::windows::io::AsSocket as Pollable;

/// Repeats `call` until it returns anything but `Interrupted` and `WouldBlock`. In between it
/// blocks this thread.
pub(crate) fn patiently<T>(
    device: &impl Waitable,
    until: Until,
    mut call: impl FnMut() -> io::Result<T>,
) -> io::Result<T> {
    let mut pause = Duration::ZERO;
    loop {
        match call() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                // Another process may take what has come, and some devices cannot be waited for. So
                // this repeats the call after growing pauses.
                thread::sleep(pause);
                pause = (2 * pause).clamp(Duration::from_micros(100), Duration::from_millis(16));
                if !wait(device, until)? {
                    pause = Duration::ZERO;
                }
            }
            result => return result,
        }
    }
}

#[cfg(any(unix, all(windows, feature = "_reactor")))]
impl Until {
    /// Returns whether the device is ready already.
    pub(crate) fn is_now(self, device: &impl Pollable) -> io::Result<bool> {
        self.poll(device, Some(&rustix::event::Timespec::default()))
    }

    fn poll(
        self,
        device: &impl Pollable,
        limit: Option<&rustix::event::Timespec>,
    ) -> io::Result<bool> {
        use rustix::event::{PollFd, PollFlags, poll};
        use rustix::io::Errno;

        let flags = match self {
            Self::Readable => PollFlags::IN,
            Self::Writable => PollFlags::OUT,
        };
        match poll(&mut [PollFd::new(device, flags)], limit) {
            Ok(ready) => Ok(ready > 0),
            Err(Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// Waits until the descriptor may be ready. Returns whether it was ready from the start.
#[cfg(unix)]
fn wait(device: &impl Waitable, until: Until) -> io::Result<bool> {
    Ok(until.is_now(device)? || {
        until.poll(device, None)?;
        false
    })
}

/// Does not wait: the caller only sleeps between calls.
#[cfg(not(unix))]
fn wait(_: &impl Waitable, _: Until) -> io::Result<bool> {
    Ok(true)
}
