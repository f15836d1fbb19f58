//! Looking at a datagram without taking it.

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};

use socket2::SockRef;

use super::UdpSocket;
use crate::runtime::source::{AsyncSource, Direction};

impl UdpSocket {
    receives! {
        /// Copies the peer's next datagram into `buf` without removing it, and returns the number
        /// of copied bytes.
        peek, poll_peek, try_peek -> usize: std::net::UdpSocket => |socket, buf| socket.peek(buf);
        B::Received => |buf, len, seal| buf.received(len, seal)
    }

    receives! {
        /// Copies the next datagram into `buf` without removing it, and returns the number of
        /// copied bytes and the sender.
        ///
        /// If two tasks peek, both may see the same datagram.
        peek_from, poll_peek_from, try_peek_from -> (usize, SocketAddr): std::net::UdpSocket
            => |socket, buf| socket.peek_from(buf);
        B::ReceivedFrom<SocketAddr>
            => |buf, peeked, seal| buf.received_from(peeked.0, peeked.1, seal)
    }

    /// Waits for the next datagram and returns its sender, without removing the datagram.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it completes, no datagram is lost.
    pub async fn peek_sender(&self) -> io::Result<SocketAddr> {
        self.source.io(Direction::Read, sender).await
    }

    /// The `poll` form of [`peek_sender`](Self::peek_sender). If several tasks poll, only the last
    /// one is woken.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn poll_peek_sender(&self, cx: &mut Context<'_>) -> Poll<io::Result<SocketAddr>> {
        self.source.poll_io(Direction::Read, cx, sender)
    }

    /// Like [`peek_sender`](Self::peek_sender), but fails at once if there is no datagram.
    ///
    /// # Errors
    ///
    /// Returns [`WouldBlock`](io::ErrorKind::WouldBlock) if there is no datagram. Otherwise returns
    /// the operating system's error.
    pub fn try_peek_sender(&self) -> io::Result<SocketAddr> {
        self.source.try_io(Direction::Read, sender)
    }
}

fn sender(socket: &std::net::UdpSocket) -> io::Result<SocketAddr> {
    let sender = SockRef::from(socket).peek_sender()?.as_socket();
    sender.ok_or_else(|| io::Error::other("portable: a datagram of no IP address"))
}
