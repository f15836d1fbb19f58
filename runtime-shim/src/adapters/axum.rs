//! Listeners for `axum::serve`.

use std::io;
use std::net::SocketAddr;

use axum::serve::Listener;

use crate::net::{TcpListener, TcpStream};
#[cfg(unix)]
use crate::net::{UnixListener, UnixStream, unix};
use crate::time::{Duration, sleep};

/// Waits after an error of `accept`, so that the next call may succeed.
async fn after(error: io::Error) {
    let is_of_one_connection = matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    );
    if is_of_one_connection {
        return;
    }
    #[cfg(feature = "tracing")]
    tracing::error!("portable: a connection could not be accepted: {error}");
    // Such as too many open files, of which some will be closed.
    sleep(Duration::from_secs(1)).await;
}

/// Accepts connections for `axum::serve`. Needs the feature `axum`.
///
/// A connection that fails before it is accepted is left out. After another error, such as too many open
/// files, the listener waits for a second; with the feature `tracing` the error is logged.
impl Listener for TcpListener {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            match TcpListener::accept(self).await {
                Ok(accepted) => return accepted,
                Err(error) => after(error).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        TcpListener::local_addr(self)
    }
}

/// Accepts connections as [`TcpListener`] does. Needs the feature `axum`.
#[cfg(unix)]
impl Listener for UnixListener {
    type Io = UnixStream;
    type Addr = unix::SocketAddr;

    async fn accept(&mut self) -> (UnixStream, unix::SocketAddr) {
        loop {
            match UnixListener::accept(self).await {
                Ok(accepted) => return accepted,
                Err(error) => after(error).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<unix::SocketAddr> {
        UnixListener::local_addr(self)
    }
}
