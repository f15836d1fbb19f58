//! A socket or a pipe that one of several runtimes watches.

use std::convert::Infallible;
use std::io;
use std::marker::PhantomData;
use std::task::{Context, Poll};

use super::{Any, Kind, absurd};
use crate::runtime::source::{AsyncSource, Descriptor, Direction, First, Reactor};

macro_rules! define_source {
    ({} $(($feature:tt, $type:ident))*) => {
        /// A descriptor that a runtime of any kind watches.
        // `Never` is for a build without a runtime.
        #[allow(dead_code)]
        #[derive(Debug)]
        pub(crate) enum Source<T: Descriptor> {
            $($type(<crate::runtime::$type as Reactor>::Source<T>),)*
            Never(Infallible, PhantomData<T>),
        }
    };
}
for_each_runtime!(define_source);

impl Reactor for Any {
    type Source<T: Descriptor> = Source<T>;

    fn watch<T: Descriptor>(&self, descriptor: T, first: First) -> io::Result<Source<T>> {
        Ok(dispatch!(self.here(), Kind(runtime) => Source { runtime.watch(descriptor, first)? }))
    }
}

impl<T: Descriptor> AsyncSource<T> for Source<T> {
    #[inline]
    fn get_ref(&self) -> &T {
        dispatch!(self, Source(source) => source.get_ref())
    }

    fn into_inner(self) -> io::Result<T> {
        dispatch!(self, Source(source) => source.into_inner())
    }

    #[inline]
    fn poll_ready(&self, direction: Direction, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        dispatch!(self, Source(source) => source.poll_ready(direction, cx))
    }

    #[inline]
    fn poll_io<R>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        operation: impl FnMut(&T) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        dispatch!(self, Source(source) => source.poll_io(direction, cx, operation))
    }

    #[inline]
    fn poll_transfer(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        len: usize,
        operation: impl FnMut(&T) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        dispatch!(self, Source(source) => source.poll_transfer(direction, cx, len, operation))
    }

    async fn ready(&self, direction: Direction) -> io::Result<()> {
        dispatch!(self, Source(source) => source.ready(direction).await)
    }

    async fn io<R>(
        &self,
        direction: Direction,
        operation: impl FnMut(&T) -> io::Result<R> + Send,
    ) -> io::Result<R> {
        dispatch!(self, Source(source) => source.io(direction, operation).await)
    }

    fn try_io<R>(
        &self,
        direction: Direction,
        operation: impl FnMut(&T) -> io::Result<R>,
    ) -> io::Result<R> {
        dispatch!(self, Source(source) => source.try_io(direction, operation))
    }
}
