//! Connections for the client of hyper-util.

use std::future::Future;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection};
use tower_service::Service;

use crate::net::TcpStream;
#[cfg(unix)]
use crate::net::UnixStream;

/// A connector for hyper-util's client, which connects by [`TcpStream::connect`].
///
/// Equivalent to `hyper_util::client::legacy::connect::HttpConnector`, which needs Tokio's context.
///
/// It belongs to `hyper_util::client::legacy::Client`, together with
/// [`Executor`](crate::hyper::Executor) and [`Timer`](crate::hyper::Timer). The connector of a TLS library
/// that wraps another one, such as that of hyper-rustls, may wrap this one.
///
/// # Errors
///
/// A call fails with the operating system's error, and with [`InvalidInput`](ErrorKind::InvalidInput) if
/// the address has no host or its scheme is not `http`.
///
/// # Cancel safety
///
/// Dropping the future of a call closes the connection.
///
/// # Examples
///
/// ```no_run
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use http_body_util::Empty;
/// use hyper::body::Bytes;
/// use hyper_util::client::legacy::Client;
/// use portable::adapters::HttpConnector;
/// use portable::hyper::{Executor, Timer};
///
/// let client: Client<_, Empty<Bytes>> = Client::builder(Executor::new())
///     .pool_timer(Timer::new())
///     .build(HttpConnector::new());
/// let response = client.get("http://localhost:8080/".parse()?).await?;
/// println!("{}", response.status());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct HttpConnector {
    is_only_http: bool,
    nodelay: bool,
}

impl HttpConnector {
    /// Creates a connector.
    pub const fn new() -> Self {
        Self {
            is_only_http: true,
            nodelay: false,
        }
    }

    /// Sets whether the scheme of an address must be `http`, which is the default. A connector that wraps
    /// this one sets it to `false`.
    pub fn enforce_http(&mut self, is_enforced: bool) {
        self.is_only_http = is_enforced;
    }

    /// Sets whether what is written is sent at once (`TCP_NODELAY`). The default is `false`.
    pub fn set_nodelay(&mut self, nodelay: bool) {
        self.nodelay = nodelay;
    }

    /// Returns the host and the port of an address.
    fn target(&self, uri: &Uri) -> io::Result<(String, u16)> {
        let invalid = |what: &str| {
            let message = format!("portable: {what} in the address `{uri}`");
            io::Error::new(ErrorKind::InvalidInput, message)
        };
        let scheme = uri.scheme_str();
        if self.is_only_http && scheme != Some("http") {
            return Err(invalid("the scheme must be `http`"));
        }
        let host = uri.host().ok_or_else(|| invalid("there is no host"))?;
        // An IPv6 address is in brackets.
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = if scheme == Some("https") { 443 } else { 80 };
        Ok((host.into(), uri.port_u16().unwrap_or(port)))
    }
}

impl Default for HttpConnector {
    fn default() -> Self {
        Self::new()
    }
}

impl Service<Uri> for HttpConnector {
    type Response = TcpStream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<TcpStream>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let target = self.target(&uri);
        let nodelay = self.nodelay;
        Box::pin(async move {
            let stream = TcpStream::connect(target?).await?;
            stream.set_nodelay(nodelay)?;
            Ok(stream)
        })
    }
}

/// A connection for hyper-util's client. Needs the feature `hyper-util`.
impl Connection for TcpStream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

/// A connection for hyper-util's client. Needs the feature `hyper-util`.
#[cfg(unix)]
impl Connection for UnixStream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}
