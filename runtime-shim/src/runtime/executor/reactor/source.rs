//! Sockets and pipes, based on async-io.

use std::future::{Future, poll_fn};
use std::io;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Waker, ready};

use portable_reactor::Async;

use super::super::budget;
use super::super::elsewhere::Place;
#[cfg(feature = "test-util")]
use super::super::mark::{Mark, Marks};
use super::super::shared_executor::SharedExecutor;
use super::super::task::foreign;
use super::home::Home;
#[cfg(all(unix, feature = "net"))]
use super::registration::{Event, Registration};
use super::started;
#[cfg(feature = "net")]
use crate::io::Interest;
use crate::io::patient::Until;
#[cfg(all(unix, feature = "net"))]
use crate::runtime::fd::RawFd;
#[cfg(any(feature = "net", feature = "test-util"))]
use crate::runtime::fd::raw;
#[cfg(all(windows, feature = "net"))]
use crate::runtime::level::{self, Event};
#[cfg(all(unix, feature = "net"))]
use crate::runtime::source::Registration as _;
use crate::runtime::source::{
    AsyncSource, Descriptor, Direction, First, Reactor, Watched, would_block,
};

impl<R: SharedExecutor> Reactor for R {
    type Source<T: Descriptor> = Source<T>;
    #[cfg(all(unix, feature = "net"))]
    type Registration = Registration;

    fn watch<T: Descriptor>(&self, descriptor: T, first: First) -> io::Result<Source<T>> {
        let home = Home::here()?;
        started::start()?;
        let source = Source::new(descriptor, home)?;
        // The first operation is always tried. A wait before it ends at once if it is likely to be
        // possible.
        if first == First::Tries {
            source.keep_hint(Direction::Read, DONE);
        }
        if first != First::Waits {
            source.keep_hint(Direction::Write, DONE);
        }
        Ok(source)
    }

    #[cfg(all(unix, feature = "net"))]
    fn register(&self, fd: RawFd, interest: Interest) -> io::Result<Registration> {
        let home = Home::here()?;
        started::start()?;
        Registration::new(fd, interest, home)
    }
}

/// A descriptor that async-io watches.
#[derive(Debug)]
pub(crate) struct Source<T> {
    /// The remembered readiness, from its first use on. It ends before the descriptor is closed.
    #[cfg(all(unix, feature = "net"))]
    registration: OnceLock<Box<io::Result<Registration>>>,
    /// The marks end before the descriptor is closed, too.
    #[cfg(feature = "test-util")]
    marks: Marks,
    watched: Async<T>,
    _counted: Watched<false>,
    /// The result of the last operation in each direction. It is only a hint, because several tasks
    /// may use a socket at once. A task that misses an update asks async-io once more.
    last: [AtomicU8; 2],
    home: Home,
    /// The wakers of the last tasks that polled elsewhere, by direction, from the first one on.
    places: OnceLock<Box<[Arc<Place>; 2]>>,
}

/// The operation had to wait, and async-io has not been asked since.
const WAITED: u8 = 1;
/// The operation was done, so the next one may be done too.
const DONE: u8 = 2;
/// The operation moved less than there was room for, so the next one will most likely have to wait.
const SHORT: u8 = 4;

// Tokio's sockets are unwind safe too.
impl<T: Descriptor> UnwindSafe for Source<T> {}
impl<T: Descriptor> RefUnwindSafe for Source<T> {}

impl<T: Descriptor> Source<T> {
    fn new(descriptor: T, home: Home) -> io::Result<Self> {
        Ok(Self {
            #[cfg(all(unix, feature = "net"))]
            registration: OnceLock::new(),
            watched: Async::new_nonblocking(descriptor)?,
            _counted: Watched::new(),
            last: Default::default(),
            home,
            places: OnceLock::new(),
            #[cfg(feature = "test-util")]
            marks: Marks::default(),
        })
    }

    /// Returns the remembered readiness, and makes it first.
    #[cfg(all(unix, feature = "net"))]
    fn registration(&self) -> io::Result<&Registration> {
        let make = || {
            let both = Interest::READABLE | Interest::WRITABLE;
            let home = self.home.clone();
            Box::new(Registration::of_source(raw(self.get_ref()), both, home))
        };
        match &**self.registration.get_or_init(make) {
            Ok(registration) => Ok(registration),
            Err(error) => Err(match error.raw_os_error() {
                Some(code) => io::Error::from_raw_os_error(code),
                None => error.kind().into(),
            }),
        }
    }

    /// Returns the remembered readiness if it is used already.
    #[cfg(all(unix, feature = "net"))]
    #[inline]
    fn registered(&self) -> Option<&Registration> {
        self.registration.get()?.as_ref().as_ref().ok()
    }

    /// Corrects the remembered readiness after an operation that had to wait.
    #[inline]
    fn had_to_wait(&self, _direction: Direction) {
        #[cfg(all(unix, feature = "net"))]
        if let Some(registration) = self.registered() {
            refute(registration, self.get_ref(), _direction);
        }
    }

    // async-io clones wakers while it holds its locks, and drops some of them there. A panic would
    // poison the locks, and all sockets and timers of the process would stop.

    #[inline]
    fn poll_watched(&self, direction: Direction, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The waker is not wrapped: every wrapper would differ from the one before, and async-io
        // wakes a stored waker when a different one replaces it.
        foreign::clone_first(cx);
        let place = self.home.begin_wait(cx, |home| {
            &self.places.get_or_init(|| Place::pair(home))[direction as usize]
        })?;
        let polled = match place {
            Some(place) => {
                let waker = Waker::from(place.clone());
                let polled = self.poll_reactor(direction, &mut Context::from_waker(&waker));
                if polled.is_ready() {
                    place.clear();
                }
                polled
            }
            None => self.poll_reactor(direction, cx),
        };
        #[cfg(feature = "test-util")]
        self.marks.set(
            direction,
            match polled {
                Poll::Pending => self.mark(direction),
                Poll::Ready(_) => None,
            },
        );
        polled
    }

    #[inline]
    fn poll_reactor(&self, direction: Direction, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match direction {
            Direction::Read => self.watched.poll_readable(cx),
            Direction::Write => self.watched.poll_writable(cx),
        }
    }

    /// Tells the clock of the runtime that a task waits, until the mark is dropped.
    #[cfg(feature = "test-util")]
    fn mark(&self, direction: Direction) -> Option<Mark> {
        Mark::new(raw(self.get_ref()), direction)
    }

    async fn watched(&self, direction: Direction) -> io::Result<()> {
        #[cfg(feature = "test-util")]
        let _mark = self.mark(direction);
        match direction {
            Direction::Read => {
                let mut readable = pin!(self.watched.readable());
                self.until(direction, |cx| readable.as_mut().poll(cx)).await
            }
            Direction::Write => {
                let mut writable = pin!(self.watched.writable());
                self.until(direction, |cx| writable.as_mut().poll(cx)).await
            }
        }
    }

    /// Waits by `poll`. async-io sometimes wakes a task and reports the event later. So from the
    /// second time on, the operating system is asked too.
    async fn until(
        &self,
        direction: Direction,
        mut poll: impl FnMut(&mut Context<'_>) -> Poll<io::Result<()>>,
    ) -> io::Result<()> {
        let mut is_woken = false;
        let place = OnceLock::new();
        poll_fn(|cx| {
            let begun = self
                .home
                .begin_wait(cx, |home| place.get_or_init(|| Place::new(home)));
            let polled = match begun {
                Ok(None) => foreign::contained(cx, &mut poll),
                Ok(Some(place)) => {
                    let waker = Waker::from(place.clone());
                    poll(&mut Context::from_waker(&waker))
                }
                Err(error) => return Poll::Ready(Err(error)),
            };
            if polled.is_pending() && is_woken && is_ready(self.get_ref(), direction) {
                return Poll::Ready(Ok(()));
            }
            is_woken = true;
            polled
        })
        .await
    }

    /// Waits until something of `interest` is possible, as the operating system says.
    #[cfg(all(windows, feature = "net"))]
    async fn level_event(&self, interest: Interest) -> io::Result<Event> {
        poll_fn(budget::poll).await;
        let event = level::event(self.get_ref(), interest, async |direction| {
            self.watched(direction).await
        })
        .await;
        budget::spend();
        event
    }

    /// Takes the hint that the last operation was done, and returns whether there was one. If so,
    /// the next operation may be tried at once. Without the hint it would wait for a turn of the
    /// reactor, because async-io reports only events that arrive after it is asked. The hint is
    /// used only once, because operations that bypass this source do not update it.
    fn takes_hint(&self, direction: Direction) -> bool {
        let last = &self.last[direction as usize];
        let is_done = last.load(Ordering::Relaxed) & DONE != 0;
        if is_done {
            last.fetch_and(!DONE, Ordering::Relaxed);
        }
        is_done
    }

    fn keep_hint(&self, direction: Direction, hint: u8) {
        self.last[direction as usize].store(hint, Ordering::Relaxed);
    }

    #[inline]
    fn poll_operation<R>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        mut operation: impl FnMut(&T) -> io::Result<R>,
        may_go_on: impl Fn(&R) -> bool,
    ) -> Poll<io::Result<R>> {
        ready!(budget::poll(cx));
        let last = &self.last[direction as usize];
        let before = last.load(Ordering::Relaxed);
        // The attempt would most likely find that it has to wait. If it would not, the reactor tells
        // so at its next turn, because it looks at the descriptor when it is asked.
        // After an error the operation is tried in any case.
        if before & SHORT != 0 && self.poll_watched(direction, cx).is_pending() {
            last.store(WAITED, Ordering::Relaxed);
            return Poll::Pending;
        }
        // async-io remembers an event until it is asked. If the last operation had to wait, asking
        // first consumes the event that ended the wait, which would otherwise cause a useless
        // attempt later. The operation is tried even if async-io reports nothing, because async-io
        // reports an event only later if it happens while async-io begins to wait.
        let mut is_waiting =
            before & (WAITED | SHORT) == WAITED && self.poll_watched(direction, cx)?.is_pending();
        let mut hint = 0;
        let polled = loop {
            match operation(self.get_ref()) {
                Err(error) if would_block(&error) => self.had_to_wait(direction),
                done => {
                    budget::spend();
                    let goes_on = done.as_ref().map_or(true, &may_go_on);
                    hint = if goes_on { DONE } else { SHORT };
                    break Poll::Ready(done);
                }
            }
            if !is_waiting {
                is_waiting = self.poll_watched(direction, cx)?.is_pending();
            }
            if is_waiting {
                break Poll::Pending;
            }
        };
        last.store(hint | u8::from(is_waiting), Ordering::Relaxed);
        polled
    }
}

impl<T: Descriptor> AsyncSource<T> for Source<T> {
    #[inline]
    fn get_ref(&self) -> &T {
        self.watched.get_ref()
    }

    fn into_inner(self) -> io::Result<T> {
        self.watched.into_inner()
    }

    #[inline]
    fn poll_ready(&self, direction: Direction, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        #[cfg(all(unix, feature = "net"))]
        if let Some(registration) = self.registered() {
            return registration.poll_ready(direction, cx).map_ok(drop);
        }
        ready!(budget::poll(cx));
        let ready = if self.takes_hint(direction) {
            Ok(())
        } else {
            ready!(self.poll_watched(direction, cx))
        };
        budget::spend();
        Poll::Ready(ready)
    }

    #[inline]
    fn poll_io<R>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        operation: impl FnMut(&T) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        self.poll_operation(direction, cx, operation, |_| true)
    }

    #[inline]
    fn poll_transfer(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        len: usize,
        operation: impl FnMut(&T) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        let may_go_on = |moved: &usize| *moved == 0 || *moved >= len;
        self.poll_operation(direction, cx, operation, may_go_on)
    }

    async fn ready(&self, direction: Direction) -> io::Result<()> {
        #[cfg(all(unix, feature = "net"))]
        if let Some(registration) = self.registered() {
            return registration.ready(direction.interest()).await.map(drop);
        }
        poll_fn(budget::poll).await;
        let ready = if self.takes_hint(direction) {
            Ok(())
        } else {
            self.watched(direction).await
        };
        budget::spend();
        ready
    }

    async fn io<R>(
        &self,
        direction: Direction,
        mut operation: impl FnMut(&T) -> io::Result<R> + Send,
    ) -> io::Result<R> {
        loop {
            poll_fn(budget::poll).await;
            match operation(self.get_ref()) {
                Err(error) if would_block(&error) => {
                    self.keep_hint(direction, 0);
                    self.had_to_wait(direction);
                }
                done => {
                    self.keep_hint(direction, DONE);
                    budget::spend();
                    return done;
                }
            }
            self.watched(direction).await?;
        }
    }

    #[inline]
    fn try_io<R>(
        &self,
        direction: Direction,
        mut operation: impl FnMut(&T) -> io::Result<R>,
    ) -> io::Result<R> {
        let done = operation(self.get_ref());
        let would_block = done.as_ref().is_err_and(would_block);
        self.keep_hint(direction, if would_block { 0 } else { DONE });
        if would_block {
            self.had_to_wait(direction);
        }
        done
    }

    #[cfg(feature = "net")]
    type Event<'a>
        = Event
    where
        T: 'a;

    #[cfg(feature = "net")]
    async fn event(&self, interest: Interest) -> io::Result<Event> {
        #[cfg(unix)]
        return self.registration()?.ready(interest).await;
        #[cfg(windows)]
        return self.level_event(interest).await;
    }

    #[cfg(feature = "net")]
    fn takes_first(&self, interest: Interest) -> bool {
        #[cfg(unix)]
        if self.registered().is_some() {
            return false;
        }
        (interest.is_readable() && self.takes_hint(Direction::Read))
            || (interest.is_writable() && self.takes_hint(Direction::Write))
    }

    #[cfg(feature = "net")]
    fn try_if_ready<R>(
        &self,
        interest: Interest,
        operation: impl FnOnce() -> io::Result<R>,
    ) -> io::Result<R> {
        #[cfg(unix)]
        return self.registration()?.try_io(interest, operation);
        #[cfg(windows)]
        return level::try_io(self.get_ref(), interest, operation);
    }
}

#[cfg(all(unix, feature = "net"))]
#[cold]
fn refute(registration: &Registration, descriptor: &impl Descriptor, direction: Direction) {
    registration.refute(direction, || is_ready(descriptor, direction));
}

/// Returns whether an operation may be tried, also if the operating system does not know.
#[cold]
fn is_ready(descriptor: &impl Descriptor, direction: Direction) -> bool {
    let until = match direction {
        Direction::Read => Until::Readable,
        Direction::Write => Until::Writable,
    };
    until.is_now(descriptor).unwrap_or(true)
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;
    use std::task::Waker;

    use super::*;

    #[test]
    fn a_read_that_is_polled_before_the_reactor_tells_finds_what_is_there() {
        let (mut writer, reader) = UnixStream::pair().unwrap();
        reader.set_nonblocking(true).unwrap();
        let source = Source::new(reader, Home::here().unwrap()).unwrap();
        let mut cx = Context::from_waker(Waker::noop());
        let mut poll = || {
            source.poll_io(Direction::Read, &mut cx, |mut stream| {
                stream.read(&mut [0; 8])
            })
        };
        for _ in 0..100 {
            assert!(poll().is_pending());
            writer.write_all(b"message").unwrap();
            assert!(matches!(poll(), Poll::Ready(Ok(7))));
        }
    }

    #[test]
    fn a_read_that_waits_is_tried_before_and_after() {
        let (mut writer, reader) = UnixStream::pair().unwrap();
        reader.set_nonblocking(true).unwrap();
        let source = Source::new(reader, Home::here().unwrap()).unwrap();
        for _ in 0..10 {
            let mut has_written = false;
            let mut tries = 0;
            let read = portable_reactor::block_on(poll_fn(|cx| {
                let read = source.poll_io(Direction::Read, cx, |mut stream| {
                    tries += 1;
                    stream.read(&mut [0; 8])
                });
                if !has_written {
                    assert!(read.is_pending());
                    writer.write_all(b"message").unwrap();
                    has_written = true;
                }
                read
            }));
            assert_eq!(read.unwrap(), 7);
            assert_eq!(tries, 2);
        }
    }

    #[test]
    fn a_read_after_one_that_emptied_the_socket_is_tried_once() {
        let (mut writer, reader) = UnixStream::pair().unwrap();
        reader.set_nonblocking(true).unwrap();
        let source = Source::new(reader, Home::here().unwrap()).unwrap();
        let mut tries = 0;
        let mut polls = 0;
        for _ in 0..10 {
            writer.write_all(b"message").unwrap();
            let read = portable_reactor::block_on(poll_fn(|cx| {
                polls += 1;
                source.poll_transfer(Direction::Read, cx, 8, |mut stream| {
                    tries += 1;
                    stream.read(&mut [0; 8])
                })
            }));
            assert_eq!(read.unwrap(), 7);
        }
        assert_eq!(tries, 10);
        // All but the first wait for the reactor.
        assert!(polls >= 19, "{polls}");
    }
}
