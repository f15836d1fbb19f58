//! Connections for tonic's server.

#[cfg(unix)]
use std::sync::Arc;

use tonic::transport::server::{Connected, TcpConnectInfo};

use crate::io::DuplexStream;
use crate::net::TcpStream;
#[cfg(unix)]
use crate::net::UnixStream;
#[cfg(unix)]
use crate::net::unix::{SocketAddr, UCred};

/// What tonic's server tells a request of its connection by a Unix socket.
///
/// Equivalent to `tonic::transport::server::UdsConnectInfo`, which has Tokio's types. It is among the
/// extensions of a request.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::adapters::UnixConnectInfo;
/// use tonic::{Request, Status};
///
/// fn caller<T>(request: &Request<T>) -> Result<String, Status> {
///     let info = request.extensions().get::<UnixConnectInfo>();
///     let info = info.ok_or_else(|| Status::internal("the server is on a Unix socket"))?;
///     Ok(format!("{:?}", info.peer_addr))
/// }
/// # let _ = caller::<()>;
/// ```
#[cfg(unix)]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UnixConnectInfo {
    /// The client's address, which rarely has a path.
    pub peer_addr: Option<Arc<SocketAddr>>,
    /// Who has made the client's end.
    pub peer_cred: Option<UCred>,
}

/// A connection for tonic's server. Needs the feature `tonic`.
impl Connected for TcpStream {
    type ConnectInfo = TcpConnectInfo;

    fn connect_info(&self) -> TcpConnectInfo {
        TcpConnectInfo {
            local_addr: self.local_addr().ok(),
            remote_addr: self.peer_addr().ok(),
        }
    }
}

/// A connection for tonic's server. Needs the feature `tonic`.
#[cfg(unix)]
impl Connected for UnixStream {
    type ConnectInfo = UnixConnectInfo;

    fn connect_info(&self) -> UnixConnectInfo {
        UnixConnectInfo {
            peer_addr: self.peer_addr().ok().map(Arc::new),
            peer_cred: self.peer_cred().ok(),
        }
    }
}

/// A connection for tonic's server, such as that of a test. Needs the feature `tonic`.
impl Connected for DuplexStream {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}
