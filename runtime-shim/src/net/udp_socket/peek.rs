//! Looking at a datagram without taking it.

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};

use socket2::SockRef;

use super::UdpSocket;
use crate::runtime::source::{AsyncSource, Direction};

impl UdpSocket {
    receives! {
        /// Shows the next datagram of the other side, which stays; says how many bytes `buf` took.
        peek, poll_peek, try_peek -> usize: std::net::UdpSocket => |socket, buf| socket.peek(buf)
    }

    receives! {
        /// Shows the next datagram, which stays; says how many bytes `buf` took, and who sent it.
        ///
        /// Of two tasks that peek, both may see the same one.
        peek_from, poll_peek_from, try_peek_from -> (usize, SocketAddr): std::net::UdpSocket
            => |socket, buf| socket.peek_from(buf)
    }

    /// Waits for the next datagram, which stays; says who sent it.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    ///
    /// # Cancel safety
    ///
    /// If it is dropped before its end, no datagram is lost.
    pub async fn peek_sender(&self) -> io::Result<SocketAddr> {
        self.source.io(Direction::Read, sender).await
    }

    /// As [`peek_sender`](Self::peek_sender), for a `poll` function: of several tasks the last one
    /// is woken.
    ///
    /// # Errors
    ///
    /// That of the operating system.
    pub fn poll_peek_sender(&self, cx: &mut Context<'_>) -> Poll<io::Result<SocketAddr>> {
        self.source.poll_io(Direction::Read, cx, sender)
    }

    /// As [`peek_sender`](Self::peek_sender), if there is a datagram at once.
    ///
    /// # Errors
    ///
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) if there is none; else that of the operating
    /// system.
    pub fn try_peek_sender(&self) -> io::Result<SocketAddr> {
        self.source.try_io(Direction::Read, sender)
    }
}

fn sender(socket: &std::net::UdpSocket) -> io::Result<SocketAddr> {
    let sender = SockRef::from(socket).peek_sender()?.as_socket();
    sender.ok_or_else(|| io::Error::other("portable: a datagram of no IP address"))
}
