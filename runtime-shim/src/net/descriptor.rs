//! Methods and traits that all sockets have.

/// `descriptor! { Socket: std::net::Socket }`, for a type whose field `source` watches the socket.
macro_rules! descriptor {
    ($type:ident: $std:ty) => {
        impl $type {
            /// Wraps a std socket and makes it non-blocking.
            ///
            /// # Errors
            ///
            /// Returns an error if the operating system or the reactor refuses the socket.
            pub fn from_std(socket: $std) -> std::io::Result<Self> {
                socket.set_nonblocking(true)?;
                Self::watch(socket)
            }

            /// Turns this into a std socket, which stays non-blocking.
            ///
            /// # Errors
            ///
            /// Returns an error if the reactor cannot release the socket.
            pub fn into_std(self) -> std::io::Result<$std> {
                $crate::runtime::source::AsyncSource::into_inner(self.source)
            }

            /// Returns and clears the pending error of the socket (`SO_ERROR`).
            ///
            /// # Errors
            ///
            /// Returns an error if the operating system cannot read it.
            pub fn take_error(&self) -> std::io::Result<Option<std::io::Error>> {
                self.as_std().take_error()
            }

            pub(crate) fn watch(socket: $std) -> std::io::Result<Self> {
                let first = $crate::runtime::source::First::Waits;
                let source = $crate::runtime::source::watch(socket, first)?;
                Ok(Self { source })
            }

            /// Like `from_std`, for a socket that is already connected.
            // Every type of socket has this function, but not every type needs it.
            #[allow(dead_code)]
            pub(crate) fn connected(
                socket: $std,
                first: $crate::runtime::source::First,
            ) -> std::io::Result<Self> {
                socket.set_nonblocking(true)?;
                let source = $crate::runtime::source::watch(socket, first)?;
                Ok(Self { source })
            }

            #[inline]
            pub(crate) fn as_std(&self) -> &$std {
                $crate::runtime::source::AsyncSource::get_ref(&self.source)
            }
        }

        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.as_std().fmt(f)
            }
        }

        impl TryFrom<$std> for $type {
            type Error = std::io::Error;

            /// Does the same as `from_std`.
            fn try_from(socket: $std) -> std::io::Result<Self> {
                Self::from_std(socket)
            }
        }

        #[cfg(unix)]
        impl std::os::fd::AsFd for $type {
            fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
                self.as_std().as_fd()
            }
        }

        #[cfg(unix)]
        impl std::os::fd::AsRawFd for $type {
            fn as_raw_fd(&self) -> std::os::fd::RawFd {
                self.as_std().as_raw_fd()
            }
        }

        #[cfg(windows)]
        impl std::os::windows::io::AsSocket for $type {
            fn as_socket(&self) -> std::os::windows::io::BorrowedSocket<'_> {
                self.as_std().as_socket()
            }
        }

        #[cfg(windows)]
        impl std::os::windows::io::AsRawSocket for $type {
            fn as_raw_socket(&self) -> std::os::windows::io::RawSocket {
                self.as_std().as_raw_socket()
            }
        }
    };
}
