//! A runtime for the libraries that are generic over async-rs.

use std::future::Future;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use async_rs::traits::{Executor, Reactor, RuntimeKit};
use async_rs::util::{Task, TaskImpl};
use async_trait::async_trait;
use futures_io::{AsyncRead, AsyncWrite};
use futures_lite::{Stream, StreamExt};

use crate::net::TcpStream;
use crate::runtime::Handle;
use crate::runtime::source::{self, AsyncSource, Direction, Source};
use crate::stream::wrappers::IntervalStream;
use crate::task::JoinHandle;
use crate::{task, time};

/// A runtime for `async_rs::Runtime::new`.
///
/// Equivalent to `async_rs::Tokio`.
///
/// It looks up the current runtime at each call. Its `block_on` panics where
/// [`block_on`](crate::runtime::block_on) does.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # {
/// use std::time::Duration;
///
/// use async_rs::Runtime;
/// use async_rs::traits::{Executor, Reactor};
/// use portable::adapters::AsyncRsRuntime;
///
/// let runtime = Runtime::new(AsyncRsRuntime::new());
/// let answer = runtime.block_on(async {
///     runtime.sleep(Duration::from_millis(1)).await;
///     runtime.spawn(async { 6 * 7 }).await
/// });
/// assert_eq!(answer, 42);
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct AsyncRsRuntime {}

impl AsyncRsRuntime {
    /// Creates the adapter.
    pub const fn new() -> Self {
        Self {}
    }
}

impl RuntimeKit for AsyncRsRuntime {}

impl Executor for AsyncRsRuntime {
    type Task<T: Send + 'static> = AsyncRsTask<T>;

    fn block_on<T, F: Future<Output = T>>(&self, future: F) -> T {
        Handle::current().block_on(future)
    }

    fn spawn<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
        &self,
        future: F,
    ) -> Task<AsyncRsTask<T>> {
        AsyncRsTask(Some(task::spawn(future))).into()
    }

    fn spawn_blocking<T: Send + 'static, F: FnOnce() -> T + Send + 'static>(
        &self,
        closure: F,
    ) -> Task<AsyncRsTask<T>> {
        AsyncRsTask(Some(task::spawn_blocking(closure))).into()
    }
}

/// A task of [`AsyncRsRuntime`]. As the traits of async-rs demand, it panics when it is awaited after the
/// task has panicked or was cancelled.
#[derive(Debug)]
pub struct AsyncRsTask<T>(Option<JoinHandle<T>>);

impl<T> Future for AsyncRsTask<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let task = self.0.as_mut();
        let task = task.expect("portable: a task of async-rs was awaited after its end");
        match ready!(Pin::new(task).poll(cx)) {
            Ok(output) => Poll::Ready(output),
            Err(error) => match error.try_into_panic() {
                Ok(payload) => std::panic::resume_unwind(payload),
                Err(error) => panic!("portable: a task of async-rs was awaited: {error}"),
            },
        }
    }
}

#[async_trait]
impl<T: Send + 'static> TaskImpl for AsyncRsTask<T> {
    async fn cancel(&mut self) -> Option<T> {
        let task = self.0.take()?;
        task.abort();
        task.await.ok()
    }

    fn detach(&mut self) {
        drop(self.0.take());
    }
}

impl Reactor for AsyncRsRuntime {
    type TcpStream = TcpStream;
    type Sleep = time::Sleep;

    fn register<H: Read + Write + AsFd + AsRawFd + Send + 'static>(
        &self,
        socket: H,
    ) -> io::Result<impl AsyncRead + AsyncWrite + Send + Unpin + 'static> {
        rustix::io::ioctl_fionbio(&socket, true)?;
        // Another descriptor of the same socket, because the socket itself is read and written mutably.
        let watched = socket.as_fd().try_clone_to_owned()?;
        let source = source::watch(watched, source::First::Waits)?;
        Ok(Registered {
            socket: Box::new(socket),
            source,
        })
    }

    fn sleep(&self, duration: Duration) -> time::Sleep {
        time::sleep(duration)
    }

    fn interval(&self, period: Duration) -> impl Stream<Item = Instant> + Send + 'static {
        IntervalStream::new(time::interval(period)).map(time::Instant::into_std)
    }

    fn tcp_connect_addr(
        &self,
        address: SocketAddr,
    ) -> impl Future<Output = io::Result<TcpStream>> + Send + 'static {
        connect(address)
    }
}

async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// A socket of someone else, which one of its own descriptors tells the state of.
struct Registered<H> {
    // Boxed, because it need not be `Unpin`.
    socket: Box<H>,
    source: Source<OwnedFd>,
}

impl<H: Read + Send + 'static> AsyncRead for Registered<H> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let Self { socket, source } = &mut *self;
        source.poll_io(Direction::Read, cx, |_| socket.read(buf))
    }
}

impl<H: Write + Send + 'static> AsyncWrite for Registered<H> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Self { socket, source } = &mut *self;
        source.poll_io(Direction::Write, cx, |_| socket.write(buf))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { socket, source } = &mut *self;
        source.poll_io(Direction::Write, cx, |_| socket.flush())
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}
