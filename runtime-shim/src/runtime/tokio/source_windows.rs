//! Sockets, watched by async-io on Windows.
//!
//! Tokio's own reactor takes only Tokio's types there, some of which offer no operation of the
//! caller's. async-io has a thread of its own, which drives it.

use std::future::poll_fn;
use std::io;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::task::{Context, Poll, ready};

use async_io::Async;

use super::Tokio;
use super::end::End;
#[cfg(feature = "test-util")]
use super::stalled::Descriptor as OfRuntime;
#[cfg(feature = "net")]
use crate::io::Interest;
use crate::io::patient::Until;
#[cfg(feature = "net")]
use crate::runtime::level::{self, Event};
use crate::runtime::source::{
    AsyncSource, Descriptor, Direction, First, Reactor, Watched, would_block,
};
use crate::runtime::{Backend, ended, refused};
use crate::waker;

impl Reactor for Tokio {
    type Source<T: Descriptor> = Source<T>;

    fn watch<T: Descriptor>(&self, descriptor: T, first: First) -> io::Result<Source<T>> {
        if is_over_here() {
            return Err(ended::error());
        }
        start()?;
        Source::new(descriptor, first)
    }
}

/// Lets async-io start its reactor and its thread.
///
/// # Errors
///
/// Returns an error if the operating system refuses the thread. async-io itself would panic.
fn start() -> io::Result<()> {
    static IS_STARTED: AtomicBool = AtomicBool::new(false);

    if !IS_STARTED.load(Ordering::Relaxed) {
        refused::threads(1, None)?;
        IS_STARTED.store(true, Ordering::Relaxed);
    }
    Ok(())
}

/// Returns whether this thread belongs to a runtime that ends or has ended.
fn is_over_here() -> bool {
    End::current().is_some_and(|end| end.has_begun())
}

/// A socket that async-io watches.
#[derive(Debug)]
pub(crate) struct Source<T: Descriptor> {
    watched: Async<T>,
    _counted: Watched<true>,
    #[cfg(feature = "test-util")]
    _of_runtime: OfRuntime,
    /// The directions, as [`bit`]s, whose last operation was done, so that the next one may be done
    /// too.
    done: AtomicU8,
}

fn bit(direction: Direction) -> u8 {
    1 << direction as u8
}

// Tokio's own sockets implement these traits too.
impl<T: Descriptor> UnwindSafe for Source<T> {}
impl<T: Descriptor> RefUnwindSafe for Source<T> {}

impl<T: Descriptor> Source<T> {
    fn new(descriptor: T, first: First) -> io::Result<Self> {
        let done = match first {
            First::Waits => 0,
            First::Tries | First::Writes => bit(Direction::Write),
        };
        Ok(Self {
            watched: Async::new_nonblocking(descriptor)?,
            _counted: Watched::new(),
            #[cfg(feature = "test-util")]
            _of_runtime: OfRuntime::new(),
            done: done.into(),
        })
    }

    fn set_done(&self, direction: Direction, is_done: bool) {
        if is_done {
            self.done.fetch_or(bit(direction), Ordering::Relaxed);
        } else {
            self.done.fetch_and(!bit(direction), Ordering::Relaxed);
        }
    }

    fn takes_done(&self, direction: Direction) -> bool {
        let bit = bit(direction);
        self.done.fetch_and(!bit, Ordering::Relaxed) & bit != 0
    }

    fn poll_watched(&self, direction: Direction, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Nothing would wake the task that polls.
        if is_over_here() {
            return Poll::Ready(Err(ended::error()));
        }
        // async-io clones the waker under its locks, which a panic would poison.
        drop(cx.waker().clone());
        match direction {
            Direction::Read => self.watched.poll_readable(cx),
            Direction::Write => self.watched.poll_writable(cx),
        }
    }

    /// Waits until the direction may be possible. async-io sometimes wakes a task and reports the
    /// event later. So from the second time on, the operating system is asked too.
    async fn watched(&self, direction: Direction) -> io::Result<()> {
        if is_over_here() {
            return Err(ended::error());
        }
        let mut readable = std::pin::pin!(self.watched.readable());
        let mut writable = std::pin::pin!(self.watched.writable());
        let mut is_woken = false;
        poll_fn(|cx| {
            // async-io clones wakers under its locks, which a panic would poison.
            let waker = waker::contained(cx);
            let cx = &mut Context::from_waker(&waker);
            let polled = match direction {
                Direction::Read => readable.as_mut().poll(cx),
                Direction::Write => writable.as_mut().poll(cx),
            };
            if polled.is_pending() && is_woken && is_ready(self.get_ref(), direction) {
                return Poll::Ready(Ok(()));
            }
            is_woken = true;
            polled
        })
        .await
    }
}

/// Returns whether an operation may be tried, also if the operating system does not know.
fn is_ready(socket: &impl Descriptor, direction: Direction) -> bool {
    let until = match direction {
        Direction::Read => Until::Readable,
        Direction::Write => Until::Writable,
    };
    until.is_now(socket).unwrap_or(true)
}

impl<T: Descriptor> AsyncSource<T> for Source<T> {
    fn get_ref(&self) -> &T {
        self.watched.get_ref()
    }

    fn into_inner(self) -> io::Result<T> {
        self.watched.into_inner()
    }

    fn poll_ready(&self, direction: Direction, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Tokio.poll_budget(cx));
        let ready = if self.takes_done(direction) {
            Ok(())
        } else {
            ready!(self.poll_watched(direction, cx))
        };
        Tokio.spend_budget();
        Poll::Ready(ready)
    }

    fn poll_io<R>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        mut operation: impl FnMut(&T) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        ready!(Tokio.poll_budget(cx));
        loop {
            match operation(self.get_ref()) {
                Err(error) if would_block(&error) => self.set_done(direction, false),
                done => {
                    self.set_done(direction, true);
                    Tokio.spend_budget();
                    return Poll::Ready(done);
                }
            }
            ready!(self.poll_watched(direction, cx))?;
        }
    }

    async fn ready(&self, direction: Direction) -> io::Result<()> {
        poll_fn(|cx| Tokio.poll_budget(cx)).await;
        let ready = if self.takes_done(direction) {
            Ok(())
        } else {
            self.watched(direction).await
        };
        Tokio.spend_budget();
        ready
    }

    async fn io<R>(
        &self,
        direction: Direction,
        mut operation: impl FnMut(&T) -> io::Result<R> + Send,
    ) -> io::Result<R> {
        loop {
            poll_fn(|cx| Tokio.poll_budget(cx)).await;
            match operation(self.get_ref()) {
                Err(error) if would_block(&error) => self.set_done(direction, false),
                done => {
                    self.set_done(direction, true);
                    Tokio.spend_budget();
                    return done;
                }
            }
            self.watched(direction).await?;
        }
    }

    fn try_io<R>(
        &self,
        direction: Direction,
        mut operation: impl FnMut(&T) -> io::Result<R>,
    ) -> io::Result<R> {
        let done = operation(self.get_ref());
        self.set_done(direction, !done.as_ref().is_err_and(would_block));
        done
    }

    #[cfg(feature = "net")]
    type Event<'a>
        = Event
    where
        T: 'a;

    #[cfg(feature = "net")]
    async fn event(&self, interest: Interest) -> io::Result<Event> {
        poll_fn(|cx| Tokio.poll_budget(cx)).await;
        let event = level::event(self.get_ref(), interest, async |direction| {
            self.watched(direction).await
        })
        .await;
        Tokio.spend_budget();
        event
    }

    #[cfg(feature = "net")]
    fn takes_first(&self, _: Interest) -> bool {
        false
    }

    #[cfg(feature = "net")]
    fn try_if_ready<R>(
        &self,
        interest: Interest,
        operation: impl FnOnce() -> io::Result<R>,
    ) -> io::Result<R> {
        level::try_io(self.get_ref(), interest, operation)
    }
}
