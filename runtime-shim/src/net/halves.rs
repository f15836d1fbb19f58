//! The two halves of a stream.

/// The methods that return both addresses, for `|self| stream`.
macro_rules! addresses {
    ($address:ty, |$this:ident| $socket:expr) => {
        /// Returns the local address.
        ///
        /// # Errors
        ///
        /// Returns the operating system's error.
        pub fn local_addr(&$this) -> std::io::Result<$address> {
            $socket.as_std().local_addr().map(Into::into)
        }

        /// Returns the peer's address.
        ///
        /// # Errors
        ///
        /// Returns an error if there is no peer, or no longer one.
        pub fn peer_addr(&$this) -> std::io::Result<$address> {
            $socket.as_std().peer_addr().map(Into::into)
        }
    };
}

/// `halves! { TcpStream, SocketAddr }`: the halves of a stream, borrowed and owned, and the end of its
/// writing.
macro_rules! halves {
    ($stream:ident, $address:ty) => {
        impl $stream {
            /// Splits the stream into two halves that borrow it.
            pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
                (ReadHalf(self), WriteHalf(self))
            }

            /// Ends the stream for the peer, which reads to the end. Reading stays possible.
            ///
            /// # Errors
            ///
            /// Returns the operating system's error. A connection that is gone is not an error.
            pub async fn shutdown(&mut self) -> std::io::Result<()> {
                self.end_of_writing()
            }

            pub(crate) fn end_of_writing(&self) -> std::io::Result<()> {
                match self.as_std().shutdown(std::net::Shutdown::Write) {
                    Err(error) if error.kind() == std::io::ErrorKind::NotConnected => Ok(()),
                    ended => ended,
                }
            }
        }

        impl AsRef<$stream> for $stream {
            fn as_ref(&self) -> &$stream {
                self
            }
        }

        /// The reading half of a borrowed stream, made by `split`.
        #[derive(Debug)]
        pub struct ReadHalf<'a>(pub(crate) &'a $stream);

        /// The writing half of a borrowed stream, made by `split`.
        ///
        /// Dropping it leaves the stream open.
        #[derive(Debug)]
        pub struct WriteHalf<'a>(pub(crate) &'a $stream);

        /// The reading half of a stream, made by `into_split`.
        #[derive(Debug)]
        pub struct OwnedReadHalf(pub(crate) std::sync::Arc<$stream>);

        /// The writing half of a stream, made by `into_split`.
        ///
        /// Dropping it ends the stream for the peer, which reads to the end.
        /// [`forget`](Self::forget) drops it without doing so.
        #[derive(Debug)]
        pub struct OwnedWriteHalf {
            // `None` after `forget` or `reunite`.
            pub(crate) stream: Option<std::sync::Arc<$stream>>,
        }

        /// The error of uniting halves of different streams. It contains both halves.
        #[derive(Debug)]
        pub struct ReuniteError(pub OwnedReadHalf, pub OwnedWriteHalf);

        impl std::fmt::Display for ReuniteError {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("portable: tried to unite halves of two streams")
            }
        }

        impl std::error::Error for ReuniteError {}

        pub(crate) fn into_split(stream: $stream) -> (OwnedReadHalf, OwnedWriteHalf) {
            let stream = std::sync::Arc::new(stream);
            let write = OwnedWriteHalf {
                stream: Some(stream.clone()),
            };
            (OwnedReadHalf(stream), write)
        }

        /// Joins the halves of a stream.
        ///
        /// # Errors
        ///
        /// Returns both halves if they are of different streams.
        fn reunite(
            read: OwnedReadHalf,
            mut write: OwnedWriteHalf,
        ) -> Result<$stream, ReuniteError> {
            if !std::sync::Arc::ptr_eq(&read.0, write.stream()) {
                return Err(ReuniteError(read, write));
            }
            drop(write.stream.take());
            Ok(
                std::sync::Arc::try_unwrap(read.0)
                    .expect("the halves hold the only two references"),
            )
        }

        impl ReadHalf<'_> {
            ready_for! { |self| self.0 }
            ready_to_read! { |self| self.0 }
            try_to_read! { |self| self.0 }

            addresses! { $address, |self| self.0 }
        }

        impl WriteHalf<'_> {
            ready_for! { |self| self.0 }
            ready_to_write! { |self| self.0 }
            try_to_write! { |self| self.0 }

            addresses! { $address, |self| self.0 }

            /// Ends the stream for the peer, which reads to the end.
            ///
            /// # Errors
            ///
            /// Returns the operating system's error.
            pub async fn shutdown(&mut self) -> std::io::Result<()> {
                self.0.end_of_writing()
            }
        }

        impl OwnedReadHalf {
            ready_for! { |self| self.0 }
            ready_to_read! { |self| self.0 }
            try_to_read! { |self| self.0 }

            /// Joins the halves of a stream.
            ///
            /// # Errors
            ///
            /// Returns both halves if they are of different streams.
            pub fn reunite(self, other: OwnedWriteHalf) -> Result<$stream, ReuniteError> {
                reunite(self, other)
            }

            addresses! { $address, |self| self.0 }
        }

        impl OwnedWriteHalf {
            ready_for! { |self| self.stream() }
            ready_to_write! { |self| self.stream() }
            try_to_write! { |self| self.stream() }

            #[inline]
            pub(crate) fn stream(&self) -> &std::sync::Arc<$stream> {
                self.stream
                    .as_ref()
                    .expect("it is taken only when the half is")
            }

            /// Joins the halves of a stream.
            ///
            /// # Errors
            ///
            /// Returns both halves if they are of different streams.
            pub fn reunite(self, other: OwnedReadHalf) -> Result<$stream, ReuniteError> {
                reunite(other, self)
            }

            /// Drops this half and leaves the stream open.
            pub fn forget(mut self) {
                drop(self.stream.take());
            }

            addresses! { $address, |self| self.stream() }

            /// Ends the stream for the peer, which reads to the end.
            ///
            /// # Errors
            ///
            /// Returns the operating system's error.
            pub async fn shutdown(&mut self) -> std::io::Result<()> {
                self.stream().end_of_writing()
            }
        }

        impl Drop for OwnedWriteHalf {
            fn drop(&mut self) {
                if let Some(stream) = &self.stream {
                    // A destructor cannot return the error.
                    let _ = stream.end_of_writing();
                }
            }
        }

        impl AsRef<$stream> for OwnedReadHalf {
            fn as_ref(&self) -> &$stream {
                &self.0
            }
        }

        impl AsRef<$stream> for OwnedWriteHalf {
            fn as_ref(&self) -> &$stream {
                self.stream()
            }
        }

        impl AsRef<$stream> for ReadHalf<'_> {
            fn as_ref(&self) -> &$stream {
                self.0
            }
        }

        impl AsRef<$stream> for WriteHalf<'_> {
            fn as_ref(&self) -> &$stream {
                self.0
            }
        }

        $crate::io::stream::reads! { impl ReadHalf<'_> => |half| &half.0.source }
        $crate::io::stream::reads! { impl OwnedReadHalf => |half| &half.0.source }
        $crate::io::stream::writes! {
            impl WriteHalf<'_> => |half| &half.0.source,
            |half: &mut WriteHalf<'_>| half.0.end_of_writing()
        }
        $crate::io::stream::writes! {
            impl OwnedWriteHalf => |half| &half.stream().source,
            |half: &mut OwnedWriteHalf| half.stream().end_of_writing()
        }
    };
}
