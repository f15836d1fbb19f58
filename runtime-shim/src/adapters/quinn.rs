//! A runtime for the QUIC library quinn.

use std::fmt;
use std::future::Future;
use std::io::{self, IoSliceMut};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Instant;

use pin_project_lite::pin_project;
use quinn::udp::{RecvMeta, Transmit, UdpSockRef, UdpSocketState};
use quinn::{AsyncTimer, AsyncUdpSocket, UdpPoller};

use crate::runtime::source::{self, AsyncSource, Direction, Source};
use crate::{task, time};

/// A runtime for quinn, to pass to `quinn::Endpoint::new`.
///
/// Equivalent to `quinn::TokioRuntime`.
///
/// An endpoint belongs to the current runtime of the code that makes it. Do not use
/// `Endpoint::client` and `Endpoint::server`: they know only quinn's own runtimes.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use std::io;
/// use std::net::UdpSocket;
/// use std::sync::Arc;
///
/// use portable::adapters::QuinnRuntime;
/// use quinn::{Endpoint, EndpointConfig};
///
/// // The default configuration comes with quinn's feature `rustls-ring` or another of these.
/// fn client(config: EndpointConfig) -> io::Result<Endpoint> {
///     let socket = UdpSocket::bind("0.0.0.0:0")?;
///     Endpoint::new(config, None, socket, Arc::new(QuinnRuntime::new()))
/// }
/// # let _ = client;
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct QuinnRuntime {}

impl QuinnRuntime {
    /// Creates the adapter. It looks up the current runtime at each call.
    pub const fn new() -> Self {
        Self {}
    }
}

impl quinn::Runtime for QuinnRuntime {
    fn new_timer(&self, deadline: Instant) -> Pin<Box<dyn AsyncTimer>> {
        Box::pin(Timer {
            sleep: time::sleep_until(deadline.into()),
        })
    }

    fn spawn(&self, future: Pin<Box<dyn Future<Output = ()> + Send>>) {
        drop(task::spawn(future));
    }

    fn wrap_udp_socket(&self, socket: std::net::UdpSocket) -> io::Result<Arc<dyn AsyncUdpSocket>> {
        socket.set_nonblocking(true)?;
        let state = UdpSocketState::new(UdpSockRef::from(&socket))?;
        let source = source::watch(socket, source::First::Waits)?;
        Ok(Arc::new(Socket { source, state }))
    }

    fn now(&self) -> Instant {
        time::Instant::now().into_std()
    }
}

pin_project! {
    #[derive(Debug)]
    struct Timer {
        #[pin]
        sleep: time::Sleep,
    }
}

impl AsyncTimer for Timer {
    fn reset(self: Pin<&mut Self>, deadline: Instant) {
        self.project().sleep.reset(deadline.into());
    }

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().sleep.poll(cx)
    }
}

#[derive(Debug)]
struct Socket {
    source: Source<std::net::UdpSocket>,
    state: UdpSocketState,
}

impl AsyncUdpSocket for Socket {
    fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
        Box::pin(Poller {
            socket: self,
            ready: Mutex::new(None),
        })
    }

    fn try_send(&self, transmit: &Transmit<'_>) -> io::Result<()> {
        self.source.try_io(Direction::Write, |socket| {
            self.state.send(UdpSockRef::from(socket), transmit)
        })
    }

    // Only one task receives, that of the endpoint, so one waker is enough.
    fn poll_recv(
        &self,
        cx: &mut Context<'_>,
        bufs: &mut [IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        self.source.poll_io(Direction::Read, cx, |socket| {
            self.state.recv(UdpSockRef::from(socket), bufs, meta)
        })
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.source.get_ref().local_addr()
    }

    fn max_transmit_segments(&self) -> usize {
        self.state.max_gso_segments()
    }

    fn max_receive_segments(&self) -> usize {
        self.state.gro_segments()
    }

    fn may_fragment(&self) -> bool {
        self.state.may_fragment()
    }
}

type Ready = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

/// Waits on behalf of one of the sending tasks. Each connection is such a task.
struct Poller {
    socket: Arc<Socket>,
    // Never locked. It makes the type `Sync`, as quinn demands, although the future is not.
    ready: Mutex<Option<Ready>>,
}

impl UdpPoller for Poller {
    fn poll_writable(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { socket, ready } = &mut *self;
        let waits = ready.get_mut().unwrap_or_else(PoisonError::into_inner);
        let ready = waits.get_or_insert_with(|| {
            let socket = socket.clone();
            Box::pin(async move { socket.source.ready(Direction::Write).await })
        });
        let done = ready!(ready.as_mut().poll(cx));
        *waits = None;
        Poll::Ready(done)
    }
}

impl fmt::Debug for Poller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Poller").field(&self.socket).finish()
    }
}
