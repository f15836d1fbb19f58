//! Sending and receiving, for the types of sockets that handle datagrams.

/// `datagrams! { std::net::UdpSocket, SocketAddr }` makes the methods that need no address to send
/// to.
///
/// Any number of tasks may call each method at once, but a `poll` function wakes only the last one.
macro_rules! datagrams {
    ($std:ty, $address:ty) => {
        ready_for! { |self| self }
        any_io! {}
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
            recv, poll_recv, try_recv -> usize: $std => |socket, buf| socket.recv(buf);
            B::Received => |buf, len, seal| buf.received(len, seal)
        }

        receives! {
            /// Receives a datagram from anyone, and returns its number of bytes and its sender.
            /// Bytes that do not fit into `buf` are lost.
            recv_from, poll_recv_from, try_recv_from -> (usize, $address): $std
                => |socket, buf| socket.recv_from(buf).map(|(len, from)| (len, from.into()));
            B::ReceivedFrom<$address>
                => |buf, received, seal| buf.received_from(received.0, received.1, seal)
        }

        /// Like [`recv`](Self::recv), to the end of `buf`, whose room need not be initialised.
        /// Bytes that do not fit into its next chunk are lost.
        ///
        /// # Errors
        ///
        /// Returns the operating system's error.
        ///
        /// # Cancel safety
        ///
        /// If the future is dropped before it completes, no datagram is lost.
        #[cfg(feature = "tokio-io")]
        #[cfg_attr(docsrs, doc(cfg(feature = "tokio-io")))]
        pub async fn recv_buf<B: bytes::BufMut>(&self, buf: &mut B) -> std::io::Result<usize> {
            receives_when_ready! { self, self.try_recv_buf(buf) }
        }

        /// Like [`recv_buf`](Self::recv_buf), but fails at once if there is no datagram.
        ///
        /// # Errors
        ///
        /// Returns [`WouldBlock`](std::io::ErrorKind::WouldBlock) if there is no datagram.
        /// Otherwise returns the operating system's error.
        #[cfg(feature = "tokio-io")]
        #[cfg_attr(docsrs, doc(cfg(feature = "tokio-io")))]
        pub fn try_recv_buf<B: bytes::BufMut>(&self, buf: &mut B) -> std::io::Result<usize> {
            self.source.try_io(Direction::Read, |socket| {
                $crate::net::buf::recv(socket, buf)
            })
        }

        /// Like [`recv_from`](Self::recv_from), to the end of `buf`, whose room need not be
        /// initialised. Bytes that do not fit into its next chunk are lost.
        ///
        /// # Errors
        ///
        /// Returns the operating system's error.
        ///
        /// # Cancel safety
        ///
        /// If the future is dropped before it completes, no datagram is lost.
        #[cfg(feature = "tokio-io")]
        #[cfg_attr(docsrs, doc(cfg(feature = "tokio-io")))]
        pub async fn recv_buf_from<B: bytes::BufMut>(
            &self,
            buf: &mut B,
        ) -> std::io::Result<(usize, $address)> {
            receives_when_ready! { self, self.try_recv_buf_from(buf) }
        }

        /// Like [`recv_buf_from`](Self::recv_buf_from), but fails at once if there is no datagram.
        ///
        /// # Errors
        ///
        /// Returns [`WouldBlock`](std::io::ErrorKind::WouldBlock) if there is no datagram.
        /// Otherwise returns the operating system's error.
        #[cfg(feature = "tokio-io")]
        #[cfg_attr(docsrs, doc(cfg(feature = "tokio-io")))]
        pub fn try_recv_buf_from<B: bytes::BufMut>(
            &self,
            buf: &mut B,
        ) -> std::io::Result<(usize, $address)> {
            let (len, from) = self.source.try_io(Direction::Read, |socket| {
                $crate::net::buf::recv_from(socket, buf)
            })?;
            Ok((len, Self::sender(from)?))
        }
    };
}

/// Repeats an attempt until it does not have to wait. The sources' own way asks for operations that
/// are `Send`, which a buffer of the caller's may not be.
#[cfg(feature = "tokio-io")]
macro_rules! receives_when_ready {
    ($this:ident, $attempt:expr) => {
        loop {
            $crate::task::consume_budget().await;
            match $attempt {
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                done => return done,
            }
            $this.source.ready(Direction::Read).await?;
        }
    };
}

/// Makes three functions that receive into a buffer: one to await, one to poll, and one that does
/// not wait.
macro_rules! receives {
    (
        $(#[$about:meta])*
        $receive:ident, $poll_receive:ident, $try_receive:ident -> $received:ty: $std:ty
            => |$socket:ident, $buf:ident| $operation:expr;
        $poll_received:ty => |$poll_buf:ident, $len:ident, $seal:ident| $poll_result:expr
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
                .io(Direction::Read, |$socket: &$std| -> std::io::Result<$received> { $operation })
                .await
        }

        /// The `poll` form of
        #[doc = concat!("[`", stringify!($receive), "`](Self::", stringify!($receive), ").")]
        /// If several tasks poll, only the last one is woken.
        ///
        /// # Errors
        ///
        /// Returns the operating system's error.
        pub fn $poll_receive<B: $crate::net::ReceiveBuf + ?Sized>(
            &self,
            cx: &mut std::task::Context<'_>,
            $poll_buf: &mut B,
        ) -> std::task::Poll<std::io::Result<$poll_received>> {
            use $crate::net::receive_buf::sealed::Seal;
            let receive = |$socket: &$std| -> std::io::Result<$received> {
                let $buf = $poll_buf.room(Seal);
                $operation
            };
            let $len = std::task::ready!(self.source.poll_io(Direction::Read, cx, receive))?;
            let $seal = Seal;
            std::task::Poll::Ready(Ok($poll_result))
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
                .try_io(Direction::Read, |$socket: &$std| -> std::io::Result<$received> {
                    $operation
                })
        }
    };
}
