//! Waiting for a descriptor, and what a wait returns.

use std::fmt;
use std::io;
use std::os::fd::AsRawFd;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::task::{Context, Poll, ready};

use super::async_fd::AsyncFd;
use super::error::TryIoError;
use crate::io::{Interest, Ready};
use crate::runtime::source::{Direction, Event, Registration, SelectedRegistration, would_block};

type SelectedEvent = <SelectedRegistration as Registration>::Event;

/// What a guard has seen: `None` when nothing is left of it.
struct Seen(Option<SelectedEvent>);

impl Seen {
    fn ready(&self) -> Ready {
        match &self.0 {
            Some(event) => event.ready(),
            None => Ready::EMPTY,
        }
    }

    fn clear(&mut self) {
        if let Some(mut event) = self.0.take() {
            event.clear(Ready::ALL);
        }
    }

    fn clear_matching(&mut self, ready: Ready) {
        if let Some(event) = &mut self.0 {
            event.clear(ready);
            if event.ready().is_empty() {
                self.0 = None;
            }
        }
    }

    /// Clears everything if `result` says that the operation would block.
    fn after<R>(&mut self, result: io::Result<R>) -> Result<io::Result<R>, TryIoError> {
        match result {
            Err(error) if would_block(&error) => {
                self.clear();
                Err(TryIoError(()))
            }
            done => Ok(done),
        }
    }
}

/// The readiness of an [`AsyncFd`].
///
/// Equivalent to `tokio::io::unix::AsyncFdReadyGuard`.
///
/// [`AsyncFd`] has an example. Dropping a guard keeps the readiness. [`try_io`](Self::try_io) and [`clear_ready`](Self::clear_ready)
/// clear what this guard has seen, and nothing that was reported later.
#[must_use = "say whether the descriptor is still ready: `try_io`, `clear_ready` or `retain_ready`"]
pub struct AsyncFdReadyGuard<'a, T: AsRawFd> {
    async_fd: &'a AsyncFd<T>,
    seen: Seen,
}

/// Like [`AsyncFdReadyGuard`], with a mutable reference to the [`AsyncFd`].
///
/// Equivalent to `tokio::io::unix::AsyncFdReadyMutGuard`.
#[must_use = "say whether the descriptor is still ready: `try_io`, `clear_ready` or `retain_ready`"]
pub struct AsyncFdReadyMutGuard<'a, T: AsRawFd> {
    async_fd: &'a mut AsyncFd<T>,
    seen: Seen,
}

// An event is never left half changed.
impl<T: AsRawFd + RefUnwindSafe> UnwindSafe for AsyncFdReadyGuard<'_, T> {}
impl<T: AsRawFd + RefUnwindSafe> RefUnwindSafe for AsyncFdReadyGuard<'_, T> {}
impl<T: AsRawFd + RefUnwindSafe> RefUnwindSafe for AsyncFdReadyMutGuard<'_, T> {}

impl<T: AsRawFd> AsyncFd<T> {
    /// Waits until something of `interest` is ready, for any number of tasks.
    ///
    /// The guard may have nothing, if another task has cleared the readiness meanwhile.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    ///
    /// # Errors
    ///
    /// Returns an error if the runtime that made this has ended.
    pub async fn ready(&self, interest: Interest) -> io::Result<AsyncFdReadyGuard<'_, T>> {
        let event = self.registration.ready(interest).await?;
        Ok(AsyncFdReadyGuard {
            async_fd: self,
            seen: Seen(Some(event)),
        })
    }

    /// Waits until reading may be possible, for any number of tasks.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    ///
    /// # Errors
    ///
    /// Returns an error if the runtime that made this has ended.
    pub async fn readable(&self) -> io::Result<AsyncFdReadyGuard<'_, T>> {
        self.ready(Interest::READABLE).await
    }

    /// Waits until writing may be possible, for any number of tasks.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    ///
    /// # Errors
    ///
    /// Returns an error if the runtime that made this has ended.
    pub async fn writable(&self) -> io::Result<AsyncFdReadyGuard<'_, T>> {
        self.ready(Interest::WRITABLE).await
    }

    /// The `poll` form of [`readable`](Self::readable). If several tasks poll, only the last one is
    /// woken.
    ///
    /// # Errors
    ///
    /// Returns an error if the runtime that made this has ended.
    pub fn poll_read_ready<'a>(
        &'a self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyGuard<'a, T>>> {
        let event = ready!(self.registration.poll_ready(Direction::Read, cx))?;
        Poll::Ready(Ok(AsyncFdReadyGuard {
            async_fd: self,
            seen: Seen(Some(event)),
        }))
    }

    /// The `poll` form of [`writable`](Self::writable). If several tasks poll, only the last one is
    /// woken.
    ///
    /// # Errors
    ///
    /// Returns an error if the runtime that made this has ended.
    pub fn poll_write_ready<'a>(
        &'a self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyGuard<'a, T>>> {
        let event = ready!(self.registration.poll_ready(Direction::Write, cx))?;
        Poll::Ready(Ok(AsyncFdReadyGuard {
            async_fd: self,
            seen: Seen(Some(event)),
        }))
    }

    /// Waits until something of `interest` is ready and calls `f`, again and again until it returns
    /// anything but [`WouldBlock`](io::ErrorKind::WouldBlock).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: `f` was not called, or returned
    /// [`WouldBlock`](io::ErrorKind::WouldBlock).
    ///
    /// # Errors
    ///
    /// Returns the error of `f`, or an error if the runtime that made this has ended.
    pub async fn async_io<R>(
        &self,
        interest: Interest,
        mut f: impl FnMut(&T) -> io::Result<R>,
    ) -> io::Result<R> {
        loop {
            let mut event = self.registration.ready(interest).await?;
            match f(self.get_ref()) {
                Err(error) if would_block(&error) => event.clear(Ready::ALL),
                done => return done,
            }
        }
    }

    /// Like [`ready`](Self::ready), with a mutable reference.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    ///
    /// # Errors
    ///
    /// Returns an error if the runtime that made this has ended.
    pub async fn ready_mut(
        &mut self,
        interest: Interest,
    ) -> io::Result<AsyncFdReadyMutGuard<'_, T>> {
        let event = self.registration.ready(interest).await?;
        Ok(AsyncFdReadyMutGuard {
            async_fd: self,
            seen: Seen(Some(event)),
        })
    }

    /// Like [`readable`](Self::readable), with a mutable reference.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    ///
    /// # Errors
    ///
    /// Returns an error if the runtime that made this has ended.
    pub async fn readable_mut(&mut self) -> io::Result<AsyncFdReadyMutGuard<'_, T>> {
        self.ready_mut(Interest::READABLE).await
    }

    /// Like [`writable`](Self::writable), with a mutable reference.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    ///
    /// # Errors
    ///
    /// Returns an error if the runtime that made this has ended.
    pub async fn writable_mut(&mut self) -> io::Result<AsyncFdReadyMutGuard<'_, T>> {
        self.ready_mut(Interest::WRITABLE).await
    }

    /// Like [`poll_read_ready`](Self::poll_read_ready), with a mutable reference.
    ///
    /// # Errors
    ///
    /// Returns an error if the runtime that made this has ended.
    pub fn poll_read_ready_mut<'a>(
        &'a mut self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyMutGuard<'a, T>>> {
        let event = ready!(self.registration.poll_ready(Direction::Read, cx))?;
        Poll::Ready(Ok(AsyncFdReadyMutGuard {
            async_fd: self,
            seen: Seen(Some(event)),
        }))
    }

    /// Like [`poll_write_ready`](Self::poll_write_ready), with a mutable reference.
    ///
    /// # Errors
    ///
    /// Returns an error if the runtime that made this has ended.
    pub fn poll_write_ready_mut<'a>(
        &'a mut self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyMutGuard<'a, T>>> {
        let event = ready!(self.registration.poll_ready(Direction::Write, cx))?;
        Poll::Ready(Ok(AsyncFdReadyMutGuard {
            async_fd: self,
            seen: Seen(Some(event)),
        }))
    }

    /// Like [`async_io`](Self::async_io), with a mutable reference.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: `f` was not called, or returned
    /// [`WouldBlock`](io::ErrorKind::WouldBlock).
    ///
    /// # Errors
    ///
    /// Fails as [`async_io`](Self::async_io) does.
    pub async fn async_io_mut<R>(
        &mut self,
        interest: Interest,
        mut f: impl FnMut(&mut T) -> io::Result<R>,
    ) -> io::Result<R> {
        loop {
            let mut event = self.registration.ready(interest).await?;
            match f(self.get_mut()) {
                Err(error) if would_block(&error) => event.clear(Ready::ALL),
                done => return done,
            }
        }
    }
}

impl<'a, T: AsRawFd> AsyncFdReadyGuard<'a, T> {
    /// Clears the readiness, all of it. The next wait ends with the next change.
    pub fn clear_ready(&mut self) {
        self.seen.clear();
    }

    /// Clears what `ready` includes. What is closed stays so.
    pub fn clear_ready_matching(&mut self, ready: Ready) {
        self.seen.clear_matching(ready);
    }

    /// Keeps the readiness, as dropping the guard does.
    pub fn retain_ready(&mut self) {}

    /// Returns what is ready.
    pub fn ready(&self) -> Ready {
        self.seen.ready()
    }

    /// Calls `f`, and clears the readiness if it returns
    /// [`WouldBlock`](io::ErrorKind::WouldBlock).
    ///
    /// # Errors
    ///
    /// Returns [`TryIoError`] if `f` returns [`WouldBlock`](io::ErrorKind::WouldBlock). Otherwise
    /// returns what `f` returns.
    pub fn try_io<R>(
        &mut self,
        f: impl FnOnce(&'a AsyncFd<T>) -> io::Result<R>,
    ) -> Result<io::Result<R>, TryIoError> {
        let result = f(self.async_fd);
        self.seen.after(result)
    }

    /// Returns the [`AsyncFd`] that this guard is of.
    pub fn get_ref(&self) -> &'a AsyncFd<T> {
        self.async_fd
    }

    /// Returns the descriptor's owner.
    pub fn get_inner(&self) -> &'a T {
        self.async_fd.get_ref()
    }
}

impl<T: AsRawFd + fmt::Debug> fmt::Debug for AsyncFdReadyGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncFdReadyGuard")
            .field("async_fd", &self.async_fd)
            .field("ready", &self.ready())
            .finish()
    }
}

impl<T: AsRawFd> AsyncFdReadyMutGuard<'_, T> {
    /// Clears the readiness, all of it. The next wait ends with the next change.
    pub fn clear_ready(&mut self) {
        self.seen.clear();
    }

    /// Clears what `ready` includes. What is closed stays so.
    pub fn clear_ready_matching(&mut self, ready: Ready) {
        self.seen.clear_matching(ready);
    }

    /// Keeps the readiness, as dropping the guard does.
    pub fn retain_ready(&mut self) {}

    /// Returns what is ready.
    pub fn ready(&self) -> Ready {
        self.seen.ready()
    }

    /// Calls `f`, and clears the readiness if it returns
    /// [`WouldBlock`](io::ErrorKind::WouldBlock).
    ///
    /// # Errors
    ///
    /// Returns [`TryIoError`] if `f` returns [`WouldBlock`](io::ErrorKind::WouldBlock). Otherwise
    /// returns what `f` returns.
    pub fn try_io<R>(
        &mut self,
        f: impl FnOnce(&mut AsyncFd<T>) -> io::Result<R>,
    ) -> Result<io::Result<R>, TryIoError> {
        let result = f(self.async_fd);
        self.seen.after(result)
    }

    /// Returns the [`AsyncFd`] that this guard is of.
    pub fn get_ref(&self) -> &AsyncFd<T> {
        self.async_fd
    }

    /// Returns the [`AsyncFd`] that this guard is of.
    pub fn get_mut(&mut self) -> &mut AsyncFd<T> {
        self.async_fd
    }

    /// Returns the descriptor's owner.
    pub fn get_inner(&self) -> &T {
        self.async_fd.get_ref()
    }

    /// Returns the descriptor's owner, which must keep the descriptor.
    pub fn get_inner_mut(&mut self) -> &mut T {
        self.async_fd.get_mut()
    }
}

impl<T: AsRawFd + fmt::Debug> fmt::Debug for AsyncFdReadyMutGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncFdReadyMutGuard")
            .field("async_fd", &self.async_fd)
            .field("ready", &self.ready())
            .finish()
    }
}
