//! Descriptors that a runtime's reactor watches.
//!
//! Sockets and pipes are std's, made non-blocking. A runtime adds waiting until one can be read or
//! written. So everything else is written once.

use std::fmt::Debug;
use std::future::Future;
use std::io;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

#[cfg(all(unix, feature = "net"))]
use super::fd::RawFd;
use super::fd::{AsFd, AsRawFd};
use super::{AsyncRuntime, Selected};
#[cfg(feature = "net")]
use crate::io::{Interest, Ready};

/// A socket of std, or on Unix a pipe. Each type keeps the same open descriptor for its whole life.
pub(crate) trait Descriptor:
    AsFd + AsRawFd + Debug + Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + 'static
{
}

#[cfg(unix)]
impl Descriptor for std::fs::File {}
#[cfg(unix)]
impl Descriptor for std::os::fd::OwnedFd {}
impl Descriptor for std::net::TcpListener {}
impl Descriptor for std::net::TcpStream {}
impl Descriptor for std::net::UdpSocket {}
#[cfg(unix)]
impl Descriptor for std::os::unix::net::UnixDatagram {}
#[cfg(unix)]
impl Descriptor for std::os::unix::net::UnixListener {}
#[cfg(unix)]
impl Descriptor for std::os::unix::net::UnixStream {}

/// The direction that is waited for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Direction {
    Read,
    Write,
}

#[cfg(all(unix, feature = "net"))]
impl Direction {
    pub(crate) fn interest(self) -> Interest {
        match self {
            Self::Read => Interest::READABLE,
            Self::Write => Interest::WRITABLE,
        }
    }

    /// Returns what ends a wait for this direction.
    pub(crate) fn until(self) -> Ready {
        Ready::that_satisfies(self.interest())
    }
}

/// The part of a runtime that waits for descriptors.
pub(crate) trait Reactor: AsyncRuntime {
    type Source<T: Descriptor>: AsyncSource<T>;

    #[cfg(all(unix, feature = "net"))]
    type Registration: Registration;

    /// Starts to watch `descriptor`, which must be non-blocking.
    fn watch<T: Descriptor>(&self, descriptor: T, first: First) -> io::Result<Self::Source<T>>;

    /// Starts to watch a descriptor that the caller keeps open.
    #[cfg(all(unix, feature = "net"))]
    fn register(&self, fd: RawFd, interest: Interest) -> io::Result<Self::Registration>;
}

/// A descriptor whose readiness is remembered until it is cleared. Dropping this ends the watch;
/// the descriptor must still be open then.
#[cfg(all(unix, feature = "net"))]
pub(crate) trait Registration: Debug + Send + Sync + Unpin + 'static {
    type Event: Event + 'static;

    /// Waits until `direction` counts as possible. If several tasks poll a direction, only the last
    /// one is woken.
    fn poll_ready(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Self::Event>>;

    /// Waits until something of `interest` counts as possible, for any number of tasks.
    fn ready(&self, interest: Interest) -> impl Future<Output = io::Result<Self::Event>> + Send;

    /// Does `operation` if something of `interest` counts as possible. If it returns `WouldBlock`,
    /// it no longer counts.
    fn try_io<R>(
        &self,
        interest: Interest,
        operation: impl FnOnce() -> io::Result<R>,
    ) -> io::Result<R>;
}

/// The readiness at some moment.
#[cfg(feature = "net")]
pub(crate) trait Event: Send + Sync + Unpin {
    /// Returns what is ready. It may be nothing, if another task has cleared the readiness since.
    fn ready(&self) -> Ready;

    /// Stops counting `ready` as ready, unless the reactor has reported something since this event.
    /// What is closed stays so.
    fn clear(&mut self, ready: Ready);
}

/// The start of the first operation on a descriptor.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum First {
    /// The operation waits until the reactor reports the descriptor as ready.
    Waits,
    /// The operation is tried at once, because it will most likely succeed: an accepted connection
    /// can be written to, and often has something to read.
    // Used only for sockets.
    #[cfg_attr(not(feature = "net"), allow(dead_code))]
    Tries,
    /// The operation is tried at once, but there is most likely nothing to read: nobody has written to
    /// a new pair of sockets.
    #[cfg_attr(not(all(unix, feature = "net")), allow(dead_code))]
    Writes,
}

/// A watched descriptor.
///
/// An operation on it must return [`WouldBlock`](io::ErrorKind::WouldBlock) instead of blocking.
// Processes use less of it than sockets do.
#[cfg_attr(not(feature = "net"), allow(dead_code))]
pub(crate) trait AsyncSource<T: Descriptor>:
    Debug + Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + Sized
{
    fn get_ref(&self) -> &T;

    /// Stops watching the descriptor and returns it.
    fn into_inner(self) -> io::Result<T>;

    /// Waits until `direction` may be possible. After a successful operation it counts as possible,
    /// until an operation finds that it is not. If several tasks poll a direction, only the last
    /// one is woken.
    fn poll_ready(&self, direction: Direction, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Does `operation` once it is possible. If several tasks poll, only the last one is woken.
    fn poll_io<R>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        operation: impl FnMut(&T) -> io::Result<R>,
    ) -> Poll<io::Result<R>>;

    /// Like [`poll_io`](Self::poll_io), for an operation on a stream that moves at most `len` bytes
    /// and returns their number.
    fn poll_transfer(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        len: usize,
        operation: impl FnMut(&T) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        let _ = len;
        self.poll_io(direction, cx, operation)
    }

    /// Like [`poll_ready`](Self::poll_ready), for any number of tasks.
    fn ready(&self, direction: Direction) -> impl Future<Output = io::Result<()>> + Send;

    /// Does `operation` once it is possible, for any number of tasks.
    fn io<R>(
        &self,
        direction: Direction,
        operation: impl FnMut(&T) -> io::Result<R> + Send,
    ) -> impl Future<Output = io::Result<R>> + Send;

    /// Does `operation` if it is possible at once.
    fn try_io<R>(
        &self,
        direction: Direction,
        operation: impl FnMut(&T) -> io::Result<R>,
    ) -> io::Result<R>;

    #[cfg(feature = "net")]
    type Event<'a>: Event
    where
        Self: 'a,
        T: 'a;

    /// Waits until something of `interest` counts as possible, for any number of tasks.
    #[cfg(feature = "net")]
    fn event(&self, interest: Interest)
    -> impl Future<Output = io::Result<Self::Event<'_>>> + Send;

    /// Returns whether an operation is likely to be possible although the reactor has not been asked
    /// yet, which is so once.
    #[cfg(feature = "net")]
    fn takes_first(&self, interest: Interest) -> bool;

    /// Does `operation` if something of `interest` counts as possible. If it returns `WouldBlock`,
    /// it no longer counts.
    #[cfg(feature = "net")]
    fn try_if_ready<R>(
        &self,
        interest: Interest,
        operation: impl FnOnce() -> io::Result<R>,
    ) -> io::Result<R>;
}

/// Counts a descriptor as watched until it is dropped: by Tokio's reactor, or by async-io's.
#[derive(Debug)]
pub(super) struct Watched<const BY_TOKIO: bool>(());

impl<const BY_TOKIO: bool> Watched<BY_TOKIO> {
    pub(super) fn new() -> Self {
        Self::counter().fetch_add(1, Ordering::Relaxed);
        Self(())
    }

    /// Returns the number of watched descriptors.
    pub(super) fn count() -> usize {
        Self::counter().load(Ordering::Relaxed)
    }

    fn counter() -> &'static AtomicUsize {
        static BY_TOKIOS: AtomicUsize = AtomicUsize::new(0);
        static BY_ASYNC_IOS: AtomicUsize = AtomicUsize::new(0);

        if BY_TOKIO { &BY_TOKIOS } else { &BY_ASYNC_IOS }
    }
}

impl<const BY_TOKIO: bool> Drop for Watched<BY_TOKIO> {
    fn drop(&mut self) {
        Self::counter().fetch_sub(1, Ordering::Relaxed);
    }
}

/// A descriptor that the selected runtime watches.
pub(crate) type Source<T> = <Selected as Reactor>::Source<T>;

/// Starts to watch `descriptor`, which must be non-blocking, with the runtime that calls from this
/// thread go to.
pub(crate) fn watch<T: Descriptor>(descriptor: T, first: First) -> io::Result<Source<T>> {
    Selected::default().watch(descriptor, first)
}

/// A registration with the reactor of the selected runtime.
#[cfg(all(unix, feature = "net"))]
pub(crate) type SelectedRegistration = <Selected as Reactor>::Registration;

/// Starts to watch a descriptor that the caller keeps open, with the runtime that calls from this
/// thread go to.
#[cfg(all(unix, feature = "net"))]
pub(crate) fn register(fd: RawFd, interest: Interest) -> io::Result<SelectedRegistration> {
    Selected::default().register(fd, interest)
}

/// Returns whether `error` means that the operation must wait and be repeated.
pub(crate) fn would_block(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock
}
