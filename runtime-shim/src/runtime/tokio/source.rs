//! Sockets and pipes, by Tokio's reactor.

use std::future::poll_fn;
use std::io;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::task::{Context, Poll, ready};
use std::thread;

use tokio::io::Interest;
use tokio::io::unix::{AsyncFd, AsyncFdReadyGuard};

use super::Tokio;
use crate::runtime::AsyncRuntime;
use crate::runtime::source::{AsyncSource, Descriptor, Direction, Reactor, would_block};

/// Whether to move fewer bytes than there is room for shows that there is no more, as it does where
/// the reactor tells of changes. It spares the call that would say so.
const TELLS_OF_CHANGES: bool = cfg!(any(
    target_os = "linux",
    target_os = "android",
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd",
    target_os = "dragonfly",
));

impl Reactor for Tokio {
    type Source<T: Descriptor> = Source<T>;

    fn watch<T: Descriptor>(&self, descriptor: T) -> io::Result<Source<T>> {
        match tokio::runtime::Handle::try_current() {
            Ok(_) => Source::new(descriptor),
            Err(error) if error.is_thread_local_destroyed() => {
                // Tokio's context is gone from this thread, which is about to end.
                thread::scope(|scope| scope.spawn(|| self.watch(descriptor)).join())
                    .unwrap_or_else(|_| Err(io::Error::other("portable: cannot watch a socket")))
            }
            Err(_) => {
                let handle = self.handle();
                let _context = handle.enter();
                Source::new(descriptor)
            }
        }
    }
}

/// A descriptor that Tokio watches.
#[derive(Debug)]
pub(crate) struct Source<T: Descriptor>(AsyncFd<T>);

// As Tokio's own sockets.
impl<T: Descriptor> UnwindSafe for Source<T> {}
impl<T: Descriptor> RefUnwindSafe for Source<T> {}

impl<T: Descriptor> Source<T> {
    fn new(descriptor: T) -> io::Result<Self> {
        // SAFETY: every `Descriptor` has the same open descriptor as long as it lives, and
        // `AsyncFd` gives out no more than a shared reference to it.
        let watched = unsafe { AsyncFd::register(descriptor) };
        Ok(Self(watched?))
    }

    #[inline]
    fn poll_guard(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyGuard<'_, T>>> {
        match direction {
            Direction::Read => self.0.poll_read_ready(cx),
            Direction::Write => self.0.poll_write_ready(cx),
        }
    }
}

fn interest(direction: Direction) -> Interest {
    match direction {
        Direction::Read => Interest::READABLE,
        Direction::Write => Interest::WRITABLE,
    }
}

/// What to wait for: to read also an error, which those of UDP are without a datagram. Only `readiness`
/// of Tokio takes two interests at once; to `try_io` they are none.
fn waited_for(direction: Direction) -> Interest {
    match direction {
        Direction::Read => Interest::READABLE | Interest::ERROR,
        Direction::Write => Interest::WRITABLE,
    }
}

impl<T: Descriptor> AsyncSource<T> for Source<T> {
    #[inline]
    fn get_ref(&self) -> &T {
        self.0.get_ref()
    }

    fn into_inner(self) -> io::Result<T> {
        Ok(self.0.into_inner())
    }

    #[inline]
    fn poll_ready(&self, direction: Direction, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_guard(direction, cx).map_ok(drop)
    }

    #[inline]
    fn poll_io<R>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        mut operation: impl FnMut(&T) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        loop {
            let mut guard = ready!(self.poll_guard(direction, cx))?;
            match operation(self.get_ref()) {
                Err(error) if would_block(&error) => guard.clear_ready(),
                done => return Poll::Ready(done),
            }
        }
    }

    #[inline]
    fn poll_transfer(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        len: usize,
        mut operation: impl FnMut(&T) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            let mut guard = ready!(self.poll_guard(direction, cx))?;
            match operation(self.get_ref()) {
                Ok(moved) => {
                    if TELLS_OF_CHANGES && 0 < moved && moved < len {
                        guard.clear_ready();
                    }
                    return Poll::Ready(Ok(moved));
                }
                Err(error) if would_block(&error) => guard.clear_ready(),
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    async fn ready(&self, direction: Direction) -> io::Result<()> {
        // Tokio counts operations, and not how often somebody hears that one is possible.
        poll_fn(|cx| Tokio.poll_budget(cx)).await;
        let ready = self.0.ready(waited_for(direction)).await.map(drop);
        Tokio.spend_budget();
        ready
    }

    async fn io<R>(
        &self,
        direction: Direction,
        operation: impl FnMut(&T) -> io::Result<R> + Send,
    ) -> io::Result<R> {
        self.0.async_io(waited_for(direction), operation).await
    }

    fn try_io<R>(
        &self,
        direction: Direction,
        mut operation: impl FnMut(&T) -> io::Result<R>,
    ) -> io::Result<R> {
        let mut is_tried = false;
        let mut attempt = |socket: &T| {
            is_tried = true;
            operation(socket)
        };
        // An error is forgotten like readiness, else it would be waited for without a pause.
        for interest in [interest(direction), Interest::ERROR] {
            match self.0.try_io(interest, &mut attempt) {
                Err(error) if would_block(&error) => {}
                done => return done,
            }
        }
        if is_tried {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        // The reactor has not told of this socket yet.
        operation(self.get_ref())
    }
}
