//! Sending and receiving datagrams, for the types of sockets that do.

/// `datagrams! { std::net::UdpSocket, SocketAddr }`: the methods that need no address to send to.
///
/// Each works for any number of tasks at once; a `poll` function wakes the last one.
macro_rules! datagrams {
    ($std:ty, $address:ty) => {
        ready_to_read! { poll_recv_ready, |self| self }
        ready_to_write! { poll_send_ready, |self| self }

        /// Sends a datagram to the other side; says how many bytes, which are all of them.
        ///
        /// # Errors
        ///
        /// That of the operating system: if it is too big, if the socket is not connected; of UDP
        /// also what became of an earlier one, like
        /// [`ConnectionRefused`](std::io::ErrorKind::ConnectionRefused).
        ///
        /// # Cancel safety
        ///
        /// If it is dropped before its end, nothing was sent.
        pub async fn send(&self, buf: &[u8]) -> std::io::Result<usize> {
            self.source
                .io(Direction::Write, |socket| socket.send(buf))
                .await
        }

        /// As [`send`](Self::send), for a `poll` function: of several tasks the last one is woken.
        ///
        /// # Errors
        ///
        /// As [`send`](Self::send).
        pub fn poll_send(
            &self,
            cx: &mut std::task::Context<'_>,
            buf: &[u8],
        ) -> std::task::Poll<std::io::Result<usize>> {
            self.source
                .poll_io(Direction::Write, cx, |socket| socket.send(buf))
        }

        /// As [`send`](Self::send), if there is room at once.
        ///
        /// # Errors
        ///
        /// [`WouldBlock`](std::io::ErrorKind::WouldBlock) if there is none; else as
        /// [`send`](Self::send).
        pub fn try_send(&self, buf: &[u8]) -> std::io::Result<usize> {
            self.source
                .try_io(Direction::Write, |socket| socket.send(buf))
        }

        receives! {
            /// Receives a datagram from the other side; says how many bytes. What has no place in
            /// `buf` is lost.
            recv, poll_recv, try_recv -> usize: $std => |socket, buf| socket.recv(buf)
        }

        receives! {
            /// Receives a datagram from anyone; says how many bytes, and who sent it. What has no
            /// place in `buf` is lost.
            recv_from, poll_recv_from, try_recv_from -> (usize, $address): $std
                => |socket, buf| socket.recv_from(buf)
        }
    };
}

/// A way to receive into a buffer: to be awaited, for a `poll` function, and at once.
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
        /// That of the operating system.
        ///
        /// # Cancel safety
        ///
        /// If it is dropped before its end, no datagram is lost.
        pub async fn $receive(&self, $buf: &mut [u8]) -> std::io::Result<$received> {
            self.source
                .io(Direction::Read, |$socket: &$std| $operation)
                .await
        }

        #[doc = concat!("As [`", stringify!($receive), "`](Self::", stringify!($receive), "), for")]
        /// a `poll` function: of several tasks the last one is woken.
        ///
        /// # Errors
        ///
        /// That of the operating system.
        pub fn $poll_receive(
            &self,
            cx: &mut std::task::Context<'_>,
            $buf: &mut [u8],
        ) -> std::task::Poll<std::io::Result<$received>> {
            self.source
                .poll_io(Direction::Read, cx, |$socket: &$std| $operation)
        }

        #[doc = concat!("As [`", stringify!($receive), "`](Self::", stringify!($receive), "), if")]
        /// there is a datagram at once.
        ///
        /// # Errors
        ///
        /// [`WouldBlock`](std::io::ErrorKind::WouldBlock) if there is none; else that of the
        /// operating system.
        pub fn $try_receive(&self, $buf: &mut [u8]) -> std::io::Result<$received> {
            self.source
                .try_io(Direction::Read, |$socket: &$std| $operation)
        }
    };
}
