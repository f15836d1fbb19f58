//! A socket or a pipe that one of several runtimes watches.

use std::convert::Infallible;
use std::io;
use std::marker::PhantomData;
#[cfg(all(unix, feature = "net"))]
use std::task::ready;
use std::task::{Context, Poll};

use super::{Any, Kind, absurd};
#[cfg(feature = "net")]
use crate::io::{Interest, Ready};
#[cfg(all(unix, feature = "net"))]
use crate::runtime::fd::RawFd;
#[cfg(feature = "net")]
use crate::runtime::source;
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

        /// A registration with the reactor of a runtime of any kind.
        #[cfg(all(unix, feature = "net"))]
        #[allow(dead_code)]
        #[derive(Debug)]
        pub(crate) enum Registration {
            $($type(<crate::runtime::$type as Reactor>::Registration),)*
            Never(Infallible),
        }

        /// The readiness of a registration.
        #[cfg(all(unix, feature = "net"))]
        #[allow(dead_code)]
        pub(crate) enum Event {
            $($type(
                <<crate::runtime::$type as Reactor>::Registration as source::Registration>::Event,
            ),)*
            Never(Infallible),
        }

        /// The readiness of a source.
        #[cfg(feature = "net")]
        #[allow(dead_code)]
        pub(crate) enum SourceEvent<'a, T: Descriptor> {
            $($type(
                <<crate::runtime::$type as Reactor>::Source<T> as AsyncSource<T>>::Event<'a>,
            ),)*
            Never(Infallible, PhantomData<&'a T>),
        }
    };
}
for_each_runtime!(define_source);

impl Reactor for Any {
    type Source<T: Descriptor> = Source<T>;
    #[cfg(all(unix, feature = "net"))]
    type Registration = Registration;

    fn watch<T: Descriptor>(&self, descriptor: T, first: First) -> io::Result<Source<T>> {
        Ok(dispatch!(self.here(), Kind(runtime) => Source { runtime.watch(descriptor, first)? }))
    }

    #[cfg(all(unix, feature = "net"))]
    fn register(&self, fd: RawFd, interest: Interest) -> io::Result<Registration> {
        Ok(
            dispatch!(self.here(), Kind(runtime) => Registration { runtime.register(fd, interest)? }),
        )
    }
}

#[cfg(all(unix, feature = "net"))]
impl source::Registration for Registration {
    type Event = Event;

    fn poll_ready(&self, direction: Direction, cx: &mut Context<'_>) -> Poll<io::Result<Event>> {
        let event = dispatch!(self, Registration(registration) => Event {
            ready!(registration.poll_ready(direction, cx))?
        });
        Poll::Ready(Ok(event))
    }

    async fn ready(&self, interest: Interest) -> io::Result<Event> {
        Ok(dispatch!(self, Registration(registration) => Event {
            registration.ready(interest).await?
        }))
    }

    fn try_io<R>(
        &self,
        interest: Interest,
        operation: impl FnOnce() -> io::Result<R>,
    ) -> io::Result<R> {
        dispatch!(self, Registration(registration) => registration.try_io(interest, operation))
    }
}

#[cfg(all(unix, feature = "net"))]
impl source::Event for Event {
    fn ready(&self) -> Ready {
        dispatch!(self, Event(event) => event.ready())
    }

    fn clear(&mut self, ready: Ready) {
        dispatch!(self, Event(event) => event.clear(ready))
    }
}

#[cfg(feature = "net")]
impl<T: Descriptor> source::Event for SourceEvent<'_, T> {
    fn ready(&self) -> Ready {
        dispatch!(self, SourceEvent(event) => event.ready())
    }

    fn clear(&mut self, ready: Ready) {
        dispatch!(self, SourceEvent(event) => event.clear(ready))
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

    #[cfg(feature = "net")]
    type Event<'a>
        = SourceEvent<'a, T>
    where
        T: 'a;

    #[cfg(feature = "net")]
    async fn event(&self, interest: Interest) -> io::Result<SourceEvent<'_, T>> {
        Ok(dispatch!(self, Source(source) => SourceEvent { source.event(interest).await? }))
    }

    #[cfg(feature = "net")]
    fn takes_first(&self, interest: Interest) -> bool {
        dispatch!(self, Source(source) => source.takes_first(interest))
    }

    #[cfg(feature = "net")]
    fn try_if_ready<R>(
        &self,
        interest: Interest,
        operation: impl FnOnce() -> io::Result<R>,
    ) -> io::Result<R> {
        dispatch!(self, Source(source) => source.try_if_ready(interest, operation))
    }
}
