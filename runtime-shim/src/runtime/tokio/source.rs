//! Sockets and pipes, watched by Tokio's reactor.

use std::future::poll_fn;
use std::io;
#[cfg(feature = "net")]
use std::os::fd::RawFd;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::thread;

use tokio::io::Interest;
use tokio::io::unix::{AsyncFd, AsyncFdReadyGuard};

#[cfg(feature = "net")]
use super::registration::{self, Registration};
#[cfg(feature = "test-util")]
use super::stalled::Descriptor as OfRuntime;
use super::{FALLBACK, Tokio, foreign};
#[cfg(feature = "net")]
use crate::io::Ready;
use crate::io::patient::Until;
use crate::runtime::source::{
    AsyncSource, Descriptor, Direction, First, Reactor, Watched, would_block,
};
use crate::runtime::{AsyncRuntime, Backend, fork};

/// Whether moving fewer bytes than there is room for shows that there are no more. This is so where
/// the reactor reports changes. It saves the call that would return `WouldBlock`.
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

    fn watch<T: Descriptor>(&self, descriptor: T, first: First) -> io::Result<Source<T>> {
        self.with_reactor(|| Source::new(descriptor, first))
    }

    #[cfg(feature = "net")]
    type Registration = Registration;

    #[cfg(feature = "net")]
    fn register(&self, fd: RawFd, interest: crate::io::Interest) -> io::Result<Registration> {
        self.with_reactor(|| Registration::new(fd, interest))
    }
}

impl Tokio {
    /// Calls `watch` inside of a runtime that can watch descriptors.
    fn with_reactor<S: Send>(&self, watch: impl FnOnce() -> io::Result<S> + Send) -> io::Result<S> {
        fork::check()?;
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) if foreign::has_io(&runtime)? => watch(),
            Err(error) if error.is_thread_local_destroyed() => {
                // Tokio's context no longer exists on this thread, which is about to end.
                thread::scope(|scope| scope.spawn(|| self.with_reactor(watch)).join())
                    .unwrap_or_else(|_| Err(io::Error::other("portable: cannot watch a socket")))
            }
            // The runtime that this thread is inside of cannot watch the descriptor.
            Ok(_) => {
                let handle = FALLBACK.handle();
                let _context = handle.enter_tokio();
                watch()
            }
            Err(_) => {
                let handle = self.handle();
                let _context = handle.enter_tokio();
                watch()
            }
        }
    }
}

/// A descriptor that Tokio watches.
#[derive(Debug)]
pub(crate) struct Source<T: Descriptor> {
    watched: AsyncFd<T>,
    _counted: Watched<true>,
    #[cfg(feature = "test-util")]
    _of_runtime: OfRuntime,
    /// The directions, as [`bit`]s, that are likely to be ready although the reactor has not
    /// reported them.
    assumed: AtomicU8,
}

fn bit(direction: Direction) -> u8 {
    1 << direction as u8
}

/// Set if the operating system is asked before a wait for reading ends without the reactor.
const ASKS: u8 = 1 << 2;

// Tokio's own sockets implement these traits too.
impl<T: Descriptor> UnwindSafe for Source<T> {}
impl<T: Descriptor> RefUnwindSafe for Source<T> {}

impl<T: Descriptor> Source<T> {
    pub(super) fn new(descriptor: T, first: First) -> io::Result<Self> {
        // SAFETY: every `Descriptor` has the same open descriptor as long as it lives, and
        // `AsyncFd` gives out no more than a shared reference to it.
        let watched = unsafe { AsyncFd::register(descriptor) };
        let assumed = match first {
            First::Waits => 0,
            First::Tries => bit(Direction::Read) | bit(Direction::Write),
            First::Writes => bit(Direction::Read) | bit(Direction::Write) | ASKS,
        };
        Ok(Self {
            watched: watched?,
            _counted: Watched::new(),
            #[cfg(feature = "test-util")]
            _of_runtime: OfRuntime::new(),
            assumed: assumed.into(),
        })
    }

    /// Returns whether the direction still counts as ready without the reactor.
    #[inline]
    fn is_assumed(&self, direction: Direction) -> bool {
        self.assumed.load(Ordering::Relaxed) & bit(direction) != 0
    }

    /// Returns `Ok` if a wait may end without the reactor. Only an attempt tells whether it is possible.
    fn may_try(&self, direction: Direction) -> io::Result<()> {
        let asks = self.assumed.load(Ordering::Relaxed) & ASKS != 0;
        if asks && direction == Direction::Read && !Until::Readable.is_now(self.get_ref())? {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(())
    }

    fn assume_no_more(&self, direction: Direction) {
        self.assumed.fetch_and(!bit(direction), Ordering::Relaxed);
    }

    #[cfg(feature = "net")]
    fn assume_no_more_of(&self, interest: crate::io::Interest) {
        let ready = Ready::that_satisfies(interest);
        for direction in [Direction::Read, Direction::Write] {
            if !(ready & direction.until()).is_empty() {
                self.assume_no_more(direction);
            }
        }
    }

    /// Does `operation` without the reactor, which may not have had a turn since this socket
    /// exists. Returns `None` if the reactor must be asked.
    #[cold]
    fn poll_assumed<R>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        operation: &mut impl FnMut(&T) -> io::Result<R>,
    ) -> Option<Poll<io::Result<R>>> {
        if self.watched.try_io(interest(direction), |_| Ok(())).is_ok() {
            self.assume_no_more(direction);
            return None;
        }
        if Tokio.poll_budget(cx).is_pending() {
            return Some(Poll::Pending);
        }
        match operation(self.get_ref()) {
            Err(error) if would_block(&error) => {
                self.assume_no_more(direction);
                None
            }
            done => {
                Tokio.spend_budget();
                Some(Poll::Ready(done))
            }
        }
    }

    #[inline]
    fn poll_guard(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyGuard<'_, T>>> {
        match direction {
            Direction::Read => self.watched.poll_read_ready(cx),
            Direction::Write => self.watched.poll_write_ready(cx),
        }
    }
}

fn interest(direction: Direction) -> Interest {
    match direction {
        Direction::Read => Interest::READABLE,
        Direction::Write => Interest::WRITABLE,
    }
}

/// Returns the events to wait for. Reading also waits for errors, because UDP reports errors
/// without a datagram. Only `readiness` of Tokio accepts two interests at once; `try_io` ignores
/// them.
fn waited_for(direction: Direction) -> Interest {
    match direction {
        Direction::Read => Interest::READABLE | Interest::ERROR,
        Direction::Write => Interest::WRITABLE,
    }
}

impl<T: Descriptor> AsyncSource<T> for Source<T> {
    #[inline]
    fn get_ref(&self) -> &T {
        self.watched.get_ref()
    }

    fn into_inner(self) -> io::Result<T> {
        Ok(self.watched.into_inner())
    }

    #[inline]
    fn poll_ready(&self, direction: Direction, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_assumed(direction)
            && let Some(ready) = self.poll_assumed(direction, cx, &mut |_| self.may_try(direction))
        {
            return ready;
        }
        self.poll_guard(direction, cx).map_ok(drop)
    }

    #[inline]
    fn poll_io<R>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        mut operation: impl FnMut(&T) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        if self.is_assumed(direction)
            && let Some(done) = self.poll_assumed(direction, cx, &mut operation)
        {
            return done;
        }
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
        if self.is_assumed(direction)
            && let Some(done) = self.poll_assumed(direction, cx, &mut operation)
        {
            if let Poll::Ready(Ok(moved)) = done
                && moved < len
            {
                self.assume_no_more(direction);
            }
            return done;
        }
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
        if self.is_assumed(direction) {
            let ready = poll_fn(|cx| {
                match self.poll_assumed(direction, cx, &mut |_| self.may_try(direction)) {
                    Some(ready) => ready.map(Some),
                    None => Poll::Ready(None),
                }
            });
            if let Some(ready) = ready.await {
                return ready;
            }
        }
        // Tokio counts operations, but not the waits for readiness, so this spends budget itself.
        poll_fn(|cx| Tokio.poll_budget(cx)).await;
        let ready = self.watched.ready(waited_for(direction)).await.map(drop);
        Tokio.spend_budget();
        ready
    }

    async fn io<R>(
        &self,
        direction: Direction,
        mut operation: impl FnMut(&T) -> io::Result<R> + Send,
    ) -> io::Result<R> {
        if self.is_assumed(direction) {
            let done = poll_fn(
                |cx| match self.poll_assumed(direction, cx, &mut operation) {
                    Some(done) => done.map(Some),
                    None => Poll::Ready(None),
                },
            );
            if let Some(done) = done.await {
                return done;
            }
        }
        self.watched
            .async_io(waited_for(direction), operation)
            .await
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
        // Clears an error like readiness, because otherwise the next wait would return at once,
        // again and again.
        for interest in [interest(direction), Interest::ERROR] {
            match self.watched.try_io(interest, &mut attempt) {
                Err(error) if would_block(&error) => {}
                done => return done,
            }
        }
        if is_tried {
            self.assume_no_more(direction);
            return Err(io::ErrorKind::WouldBlock.into());
        }
        // The reactor has not reported this socket yet.
        let done = operation(self.get_ref());
        if done.as_ref().is_err_and(would_block) {
            self.assume_no_more(direction);
        }
        done
    }

    #[cfg(feature = "net")]
    type Event<'a>
        = registration::Guard<'a, T>
    where
        T: 'a;

    #[cfg(feature = "net")]
    async fn event(&self, interest: crate::io::Interest) -> io::Result<registration::Guard<'_, T>> {
        registration::ready(&self.watched, interest).await
    }

    #[cfg(feature = "net")]
    fn takes_first(&self, interest: crate::io::Interest) -> bool {
        let ready = Ready::that_satisfies(interest);
        let directions = [Direction::Read, Direction::Write].into_iter();
        let mut asked = directions.filter(|direction| !(ready & direction.until()).is_empty());
        let is_assumed = asked.any(|direction| self.is_assumed(direction));
        if is_assumed {
            self.assume_no_more_of(interest);
        }
        is_assumed
    }

    #[cfg(feature = "net")]
    fn try_if_ready<R>(
        &self,
        interest: crate::io::Interest,
        operation: impl FnOnce() -> io::Result<R>,
    ) -> io::Result<R> {
        let done = registration::try_io(&self.watched, interest, operation);
        if done.as_ref().is_err_and(would_block) {
            self.assume_no_more_of(interest);
        }
        done
    }
}
