//! Calls that are to block, also on a descriptor that does not.
//!
//! Programs that share an open descriptor share its flags: a shell, a parent or a child may have set
//! `O_NONBLOCK` on the standard streams, and a file may be handed over with it. Then a call that has
//! to wait gives an error, where it is the thread that is to wait.

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

/// Does `call` until it has been neither interrupted nor told that it would have to wait. In between
/// it waits on this thread.
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
                // Somebody else may take what has come, and some devices cannot be waited for: then
                // this asks again, less and less often.
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

#[cfg(unix)]
impl Until {
    /// Whether it is so already.
    pub(crate) fn is_now(self, device: &impl Waitable) -> io::Result<bool> {
        self.poll(device, Some(&rustix::event::Timespec::default()))
    }

    fn poll(
        self,
        device: &impl Waitable,
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

/// Waits until the descriptor may be ready. Says whether it was from the first.
#[cfg(unix)]
fn wait(device: &impl Waitable, until: Until) -> io::Result<bool> {
    Ok(until.is_now(device)? || {
        until.poll(device, None)?;
        false
    })
}

/// Waits a little.
#[cfg(not(unix))]
fn wait(_: &impl Waitable, _: Until) -> io::Result<bool> {
    Ok(true)
}
