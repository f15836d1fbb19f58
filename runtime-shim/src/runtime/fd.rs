//! What a reactor watches, by the names of Unix: descriptors there, and sockets on Windows.

// Which of them are needed depends on the runtimes.
#[cfg(unix)]
#[allow(unused_imports)]
pub(crate) use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
#[cfg(windows)]
#[allow(unused_imports)]
pub(crate) use std::os::windows::io::{
    AsRawSocket as AsRawFd, AsSocket as AsFd, BorrowedSocket as BorrowedFd, RawSocket as RawFd,
};

/// Returns the number of the descriptor or the socket.
#[allow(dead_code)]
pub(crate) fn raw(descriptor: &impl AsRawFd) -> RawFd {
    #[cfg(unix)]
    return descriptor.as_raw_fd();
    #[cfg(windows)]
    return descriptor.as_raw_socket();
}
