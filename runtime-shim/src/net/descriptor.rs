//! What all sockets have.

/// `descriptor! { Socket: std::net::Socket }`, where the field `source` watches it.
macro_rules! descriptor {
    ($type:ident: $std:ty) => {
        impl $type {
            /// Makes it of std's, which is set to be non-blocking.
            ///
            /// # Errors
            ///
            /// If the operating system or the reactor refuses it.
            pub fn from_std(socket: $std) -> std::io::Result<Self> {
                socket.set_nonblocking(true)?;
                Self::watch(socket)
            }

            /// Gives std's back, which is still non-blocking.
            ///
            /// # Errors
            ///
            /// If the reactor cannot let it go.
            pub fn into_std(self) -> std::io::Result<$std> {
                $crate::runtime::source::AsyncSource::into_inner(self.source)
            }

            /// The error that the operating system has kept for this socket, which this takes.
            ///
            /// # Errors
            ///
            /// If the operating system cannot tell.
            pub fn take_error(&self) -> std::io::Result<Option<std::io::Error>> {
                self.as_std().take_error()
            }

            pub(crate) fn watch(socket: $std) -> std::io::Result<Self> {
                let first = $crate::runtime::source::First::Waits;
                let source = $crate::runtime::source::watch(socket, first)?;
                Ok(Self { source })
            }

            /// As `from_std`, for one that is connected from the first.
            // Each type of socket has it, and not each is ever so.
            #[allow(dead_code)]
            pub(crate) fn connected(socket: $std) -> std::io::Result<Self> {
                socket.set_nonblocking(true)?;
                let first = $crate::runtime::source::First::Tries;
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

            /// As `from_std`.
            fn try_from(socket: $std) -> std::io::Result<Self> {
                Self::from_std(socket)
            }
        }

        impl std::os::fd::AsFd for $type {
            fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
                self.as_std().as_fd()
            }
        }

        impl std::os::fd::AsRawFd for $type {
            fn as_raw_fd(&self) -> std::os::fd::RawFd {
                self.as_std().as_raw_fd()
            }
        }
    };
}
