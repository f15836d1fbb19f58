//! Sockets and pipes, by async-io.

use std::future::poll_fn;
use std::io;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use portable_reactor::Async;

use super::budget;
use super::family::Family;
use super::reactor;
use crate::runtime::source::{AsyncSource, Descriptor, Direction, Reactor, would_block};

impl<R: Family> Reactor for R {
    type Source<T: Descriptor> = Source<T>;

    fn watch<T: Descriptor>(&self, descriptor: T) -> io::Result<Source<T>> {
        reactor::start()?;
        Source::new(descriptor)
    }
}

/// A descriptor that async-io watches.
#[derive(Debug)]
pub(crate) struct Source<T> {
    watched: Async<T>,
    /// By direction, whether `poll_io` has been told to wait and not asked since.
    has_waited: [AtomicBool; 2],
}

// As Tokio's sockets are.
impl<T: Descriptor> UnwindSafe for Source<T> {}
impl<T: Descriptor> RefUnwindSafe for Source<T> {}

impl<T: Descriptor> Source<T> {
    fn new(descriptor: T) -> io::Result<Self> {
        Ok(Self {
            watched: Async::new_nonblocking(descriptor)?,
            has_waited: Default::default(),
        })
    }

    #[inline]
    fn poll_watched(&self, direction: Direction, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match direction {
            Direction::Read => self.watched.poll_readable(cx),
            Direction::Write => self.watched.poll_writable(cx),
        }
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
        ready!(budget::poll(cx));
        let ready = ready!(self.poll_watched(direction, cx));
        budget::spend();
        Poll::Ready(ready)
    }

    #[inline]
    fn poll_io<R>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        mut operation: impl FnMut(&T) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        ready!(budget::poll(cx));
        let has_waited = &self.has_waited[direction as usize];
        // async-io keeps what it knows until it is asked. To ask first spares the operation that would
        // be tried for what was known before the last one. It is tried nevertheless: what happens
        // while async-io begins to wait it tells of only later.
        let mut is_waiting =
            has_waited.load(Ordering::Relaxed) && self.poll_watched(direction, cx)?.is_pending();
        let polled = loop {
            match operation(self.get_ref()) {
                Err(error) if would_block(&error) => {}
                done => {
                    budget::spend();
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
        has_waited.store(is_waiting, Ordering::Relaxed);
        polled
    }

    async fn ready(&self, direction: Direction) -> io::Result<()> {
        poll_fn(budget::poll).await;
        let ready = match direction {
            Direction::Read => self.watched.readable().await,
            Direction::Write => self.watched.writable().await,
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
                Err(error) if would_block(&error) => {}
                done => {
                    budget::spend();
                    return done;
                }
            }
            self.ready(direction).await?;
        }
    }

    #[inline]
    fn try_io<R>(
        &self,
        _direction: Direction,
        mut operation: impl FnMut(&T) -> io::Result<R>,
    ) -> io::Result<R> {
        operation(self.get_ref())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;
    use std::task::Waker;

    use super::*;

    #[test]
    fn a_read_that_is_polled_before_the_reactor_tells_finds_what_is_there() {
        let (mut writer, reader) = UnixStream::pair().unwrap();
        reader.set_nonblocking(true).unwrap();
        let source = Source::new(reader).unwrap();
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
        let source = Source::new(reader).unwrap();
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
}
