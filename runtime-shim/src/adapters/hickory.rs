//! A runtime for the DNS library hickory.

use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use hickory_net::runtime::{DnsTcpStream, DnsUdpSocket, RuntimeProvider, Spawn, Time};

use crate::net::{TcpSocket, TcpStream, UdpSocket};
use crate::task::JoinSet;
use crate::time;

/// How long a connection may take, which is hickory's own limit on Tokio.
const CONNECT: Duration = Duration::from_secs(5);

/// A runtime for hickory's resolver, client and server.
///
/// Equivalent to `hickory_net::runtime::TokioRuntimeProvider`.
///
/// It looks up the current runtime at each call. The tasks that hickory spawns end when the last clone of
/// the value is dropped. DNS over UDP and TCP works on every runtime. Over TLS and HTTPS hickory uses Tokio
/// itself, and over QUIC it needs a socket that this value does not make.
///
/// # Examples
///
/// A resolver is made by `hickory_resolver::Resolver::builder(HickoryRuntime::new())`, and the client of
/// one server by:
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use hickory_net::client::Client;
/// use hickory_net::udp::UdpClientStream;
/// use portable::adapters::HickoryRuntime;
///
/// let runtime = HickoryRuntime::new();
/// let stream = UdpClientStream::builder("127.0.0.1:53".parse()?, runtime).build();
/// let (client, background) = Client::<HickoryRuntime>::from_sender(stream);
/// portable::task::spawn(background);
/// # let _ = client;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug, Default)]
pub struct HickoryRuntime {
    tasks: Arc<Mutex<JoinSet<()>>>,
}

impl HickoryRuntime {
    /// Creates the adapter.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Spawn for HickoryRuntime {
    fn spawn_bg(&mut self, future: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.spawn(future);
        // Those that have ended are of no use.
        while tasks.try_join_next().is_some() {}
    }
}

#[async_trait]
impl Time for HickoryRuntime {
    async fn delay_for(duration: Duration) {
        time::sleep(duration).await;
    }

    async fn timeout<F: 'static + Future + Send>(
        duration: Duration,
        future: F,
    ) -> io::Result<F::Output> {
        let output = time::timeout(duration, future).await;
        output.map_err(|elapsed| io::Error::new(ErrorKind::TimedOut, elapsed))
    }
}

impl RuntimeProvider for HickoryRuntime {
    type Handle = Self;
    type Timer = Self;
    type Udp = UdpSocket;
    type Tcp = TcpStream;

    fn create_handle(&self) -> Self {
        self.clone()
    }

    fn connect_tcp(
        &self,
        server_addr: SocketAddr,
        bind_addr: Option<SocketAddr>,
        timeout: Option<Duration>,
    ) -> Pin<Box<dyn Send + Future<Output = io::Result<TcpStream>>>> {
        Box::pin(async move {
            let socket = match server_addr {
                SocketAddr::V4(_) => TcpSocket::new_v4()?,
                SocketAddr::V6(_) => TcpSocket::new_v6()?,
            };
            if let Some(address) = bind_addr {
                socket.bind(address)?;
            }
            socket.set_nodelay(true)?;
            let limit = timeout.unwrap_or(CONNECT);
            match time::timeout(limit, socket.connect(server_addr)).await {
                Ok(connected) => connected,
                Err(elapsed) => Err(io::Error::new(ErrorKind::TimedOut, elapsed)),
            }
        })
    }

    fn bind_udp(
        &self,
        local_addr: SocketAddr,
        _server_addr: SocketAddr,
    ) -> Pin<Box<dyn Send + Future<Output = io::Result<UdpSocket>>>> {
        Box::pin(UdpSocket::bind(local_addr))
    }
}

/// A socket for hickory. Needs the feature `hickory`.
impl DnsUdpSocket for UdpSocket {
    type Time = HickoryRuntime;

    fn poll_recv_from(
        &self,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<(usize, SocketAddr)>> {
        UdpSocket::poll_recv_from(self, cx, buf)
    }

    fn poll_send_to(
        &self,
        cx: &mut Context<'_>,
        buf: &[u8],
        target: SocketAddr,
    ) -> Poll<io::Result<usize>> {
        UdpSocket::poll_send_to(self, cx, buf, target)
    }
}

/// A stream for hickory. Needs the feature `hickory`.
impl DnsTcpStream for TcpStream {
    type Time = HickoryRuntime;
}
