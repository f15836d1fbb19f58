//! Descriptors that a runtime's reactor watches.
//!
//! Sockets and pipes are std's, set to be non-blocking; what a runtime adds is to wait until one can
//! be read or written. So all that is done with them is written once.

use std::fmt::Debug;
use std::future::Future;
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::task::{Context, Poll};

use super::{AsyncRuntime, Selected};

/// A socket or a pipe: of std's types, each of which has the same open descriptor as long as it
/// lives.
pub(crate) trait Descriptor:
    AsFd + AsRawFd + Debug + Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + 'static
{
}

impl Descriptor for std::fs::File {}
impl Descriptor for std::os::fd::OwnedFd {}
impl Descriptor for std::net::TcpListener {}
impl Descriptor for std::net::TcpStream {}
impl Descriptor for std::net::UdpSocket {}
impl Descriptor for std::os::unix::net::UnixDatagram {}
impl Descriptor for std::os::unix::net::UnixListener {}
impl Descriptor for std::os::unix::net::UnixStream {}

/// What is waited for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Direction {
    Read,
    Write,
}

/// The side of a runtime that waits for descriptors.
pub(crate) trait Reactor: AsyncRuntime {
    type Source<T: Descriptor>: AsyncSource<T>;

    /// Begins to watch `descriptor`, which is non-blocking.
    fn watch<T: Descriptor>(&self, descriptor: T, first: First) -> io::Result<Self::Source<T>>;
}

/// The way in which the first operation on a descriptor begins.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum First {
    /// It waits until the reactor has told of the descriptor.
    Waits,
    /// It is tried before, since it will most likely do: an accepted connection can be written to, and
    /// often there is something to read.
    // Of sockets alone.
    #[cfg_attr(not(feature = "net"), allow(dead_code))]
    Tries,
}

/// A descriptor that is watched.
///
/// An operation is one that gives [`WouldBlock`](io::ErrorKind::WouldBlock) where it would block.
// Processes need less of it than sockets.
#[cfg_attr(not(feature = "net"), allow(dead_code))]
pub(crate) trait AsyncSource<T>:
    Debug + Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + Sized
{
    fn get_ref(&self) -> &T;

    /// Ends the watch.
    fn into_inner(self) -> io::Result<T>;

    /// Waits until `direction` may be possible, which it is taken to be after an operation that was,
    /// until one has found that it is not. Of several tasks that poll a direction the last one is
    /// woken.
    fn poll_ready(&self, direction: Direction, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Does `operation` once it can be done; of several tasks the last one is woken.
    fn poll_io<R>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        operation: impl FnMut(&T) -> io::Result<R>,
    ) -> Poll<io::Result<R>>;

    /// The same for an operation on a stream that moves at most `len` bytes, and says how many.
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

    /// As [`poll_ready`](Self::poll_ready), for any number of tasks.
    fn ready(&self, direction: Direction) -> impl Future<Output = io::Result<()>> + Send;

    /// Does `operation` once it can be done, for any number of tasks.
    fn io<R>(
        &self,
        direction: Direction,
        operation: impl FnMut(&T) -> io::Result<R> + Send,
    ) -> impl Future<Output = io::Result<R>> + Send;

    /// Does `operation` if it can be done at once.
    fn try_io<R>(
        &self,
        direction: Direction,
        operation: impl FnMut(&T) -> io::Result<R>,
    ) -> io::Result<R>;
}

/// A descriptor that the selected runtime watches.
pub(crate) type Source<T> = <Selected as Reactor>::Source<T>;

/// Begins to watch `descriptor`, which is non-blocking, by the runtime that calls from this thread
/// go to.
pub(crate) fn watch<T: Descriptor>(descriptor: T, first: First) -> io::Result<Source<T>> {
    Selected::default().watch(descriptor, first)
}

/// Whether `error` says that the operation is to be done again, and when.
pub(super) fn would_block(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock
}
