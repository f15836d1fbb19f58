//! Sending and receiving, for the types of sockets that handle datagrams.

/// `datagrams! { std::net::UdpSocket, SocketAddr }` makes the methods that need no address to send
/// to.
///
/// Any number of tasks may call each method at once, but a `poll` function wakes only the last one.
macro_rules! datagrams {
    ($std:ty, $address:ty) => {
        ready_to_read! { poll_recv_ready, |self| self }
        ready_to_write! { poll_send_ready, |self| self }

        /// Sends a datagram to the peer, and returns its number of bytes: a datagram is sent as a
        /// whole.
        ///
        /// # Errors
        ///
        /// Returns the operating system's error, for example if the datagram is too big or the
        /// socket is not connected. On UDP it may also be the failure of an earlier datagram, such
        /// as [`ConnectionRefused`](std::io::ErrorKind::ConnectionRefused).
        ///
        /// # Cancel safety
        ///
        /// If the future is dropped before it completes, nothing was sent.
        pub async fn send(&self, buf: &[u8]) -> std::io::Result<usize> {
            self.source
                .io(Direction::Write, |socket| socket.send(buf))
                .await
        }

        /// The `poll` form of [`send`](Self::send). If several tasks poll, only the last one is
        /// woken.
        ///
        /// # Errors
        ///
        /// Fails as [`send`](Self::send) does.
        pub fn poll_send(
            &self,
            cx: &mut std::task::Context<'_>,
            buf: &[u8],
        ) -> std::task::Poll<std::io::Result<usize>> {
            self.source
                .poll_io(Direction::Write, cx, |socket| socket.send(buf))
        }

        /// Like [`send`](Self::send), but fails at once if there is no room.
        ///
        /// # Errors
        ///
        /// Returns [`WouldBlock`](std::io::ErrorKind::WouldBlock) if there is no room. Otherwise
        /// fails as [`send`](Self::send) does.
        pub fn try_send(&self, buf: &[u8]) -> std::io::Result<usize> {
            self.source
                .try_io(Direction::Write, |socket| socket.send(buf))
        }

        receives! {
            /// Receives a datagram from the peer, and returns its number of bytes. Bytes that do
            /// not fit into `buf` are lost.
            recv, poll_recv, try_recv -> usize: $std => |socket, buf| socket.recv(buf)
        }

        receives! {
            /// Receives a datagram from anyone, and returns its number of bytes and its sender.
            /// Bytes that do not fit into `buf` are lost.
            recv_from, poll_recv_from, try_recv_from -> (usize, $address): $std
                => |socket, buf| socket.recv_from(buf)
        }
    };
}

/// Makes three functions that receive into a buffer: one to await, one to poll, and one that does
/// not wait.
macro_rules! receives {
    (
        $(#[$about:meta])*
        $receive:ident, $poll_receive:ident, $try_receive:ident -> $received:ty: $std:ty
            => |$socket:ident, $buf:ident| $operation:expr
    ) => {
        $(#[$about])*
        ///
        /// # Errors
        ///
        /// Returns the operating system's error.
        ///
        /// # Cancel safety
        ///
        /// If the future is dropped before it completes, no datagram is lost.
        pub async fn $receive(&self, $buf: &mut [u8]) -> std::io::Result<$received> {
            self.source
                .io(Direction::Read, |$socket: &$std| $operation)
                .await
        }

        /// The `poll` form of
        #[doc = concat!("[`", stringify!($receive), "`](Self::", stringify!($receive), ").")]
        /// If several tasks poll, only the last one is woken.
        ///
        /// # Errors
        ///
        /// Returns the operating system's error.
        pub fn $poll_receive(
            &self,
            cx: &mut std::task::Context<'_>,
            $buf: &mut [u8],
        ) -> std::task::Poll<std::io::Result<$received>> {
            self.source
                .poll_io(Direction::Read, cx, |$socket: &$std| $operation)
        }

        #[doc = concat!("Like [`", stringify!($receive), "`](Self::", stringify!($receive), "), but")]
        /// fails at once if there is no datagram.
        ///
        /// # Errors
        ///
        /// Returns [`WouldBlock`](std::io::ErrorKind::WouldBlock) if there is no datagram.
        /// Otherwise returns the operating system's error.
        pub fn $try_receive(&self, $buf: &mut [u8]) -> std::io::Result<$received> {
            self.source
                .try_io(Direction::Read, |$socket: &$std| $operation)
        }
    };
}
