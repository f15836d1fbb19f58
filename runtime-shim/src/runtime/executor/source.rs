//! Sockets and pipes, by async-io.

use std::io;
use std::task::{Context, Poll, ready};

use portable_reactor::Async;

use super::family::Family;
use super::reactor;
use crate::runtime::source::{AsyncSource, Descriptor, Direction, Reactor, would_block};

impl<R: Family> Reactor for R {
    type Source<T: Descriptor> = Source<T>;

    fn watch<T: Descriptor>(&self, descriptor: T) -> io::Result<Source<T>> {
        reactor::start();
        Async::new_nonblocking(descriptor).map(Source)
    }
}

/// A descriptor that async-io watches.
#[derive(Debug)]
pub(crate) struct Source<T>(Async<T>);

impl<T: Descriptor> AsyncSource<T> for Source<T> {
    #[inline]
    fn get_ref(&self) -> &T {
        self.0.get_ref()
    }

    fn into_inner(self) -> io::Result<T> {
        self.0.into_inner()
    }

    #[inline]
    fn poll_ready(&self, direction: Direction, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match direction {
            Direction::Read => self.0.poll_readable(cx),
            Direction::Write => self.0.poll_writable(cx),
        }
    }

    #[inline]
    fn poll_io<R>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        mut operation: impl FnMut(&T) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        loop {
            match operation(self.get_ref()) {
                Err(error) if would_block(&error) => ready!(self.poll_ready(direction, cx))?,
                done => return Poll::Ready(done),
            }
        }
    }

    async fn ready(&self, direction: Direction) -> io::Result<()> {
        match direction {
            Direction::Read => self.0.readable().await,
            Direction::Write => self.0.writable().await,
        }
    }

    async fn io<R>(
        &self,
        direction: Direction,
        mut operation: impl FnMut(&T) -> io::Result<R> + Send,
    ) -> io::Result<R> {
        loop {
            match operation(self.get_ref()) {
                Err(error) if would_block(&error) => {}
                done => return done,
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
