use std::fmt;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::panic::{RefUnwindSafe, UnwindSafe};

use super::error::AsyncFdRegisterError;
use crate::io::Interest;
use crate::runtime::source::{Registration, SelectedRegistration, register};

/// A descriptor of any kind that can be waited for: a device, an `eventfd`, a netlink socket.
///
/// Equivalent to `tokio::io::unix::AsyncFd`.
///
/// The descriptor must be non-blocking. Regular files cannot be watched.
///
/// A wait returns a guard. The readiness is remembered, so further waits return at once until it is
/// cleared: by an attempt in the guard's [`try_io`](super::AsyncFdReadyGuard::try_io) that returns
/// [`WouldBlock`](io::ErrorKind::WouldBlock), or by
/// [`clear_ready`](super::AsyncFdReadyGuard::clear_ready). A wait after that ends with the next
/// change that the operating system reports. So clear the readiness only after an attempt had to
/// wait; otherwise the next wait may never end, although there is something to read.
///
/// It belongs to the runtime that made it. After the end of that runtime, waiting returns an error,
/// for which [`is_rt_shutdown_err`](crate::runtime::is_rt_shutdown_err) is true.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use std::io::{Read, Write};
/// use std::os::unix::net::UnixStream;
///
/// use portable::io::unix::AsyncFd;
///
/// let (mut one, other) = UnixStream::pair()?;
/// other.set_nonblocking(true)?;
/// // SAFETY: a stream keeps its descriptor as long as it lives.
/// let other = unsafe { AsyncFd::register(other) }?;
/// one.write_all(b"hello")?;
///
/// let mut buf = [0; 16];
/// let len = loop {
///     let mut guard = other.readable().await?;
///     match guard.try_io(|fd| fd.get_ref().read(&mut buf)) {
///         Ok(read) => break read?,
///         // The readiness was outdated, and is cleared.
///         Err(_would_block) => continue,
///     }
/// };
/// assert_eq!(&buf[..len], b"hello");
/// # std::io::Result::Ok(())
/// # }).unwrap();
/// ```
pub struct AsyncFd<T: AsRawFd> {
    // Dropped before the descriptor, which may be closed then.
    pub(super) registration: SelectedRegistration,
    inner: T,
}

// The registration, which may hold types of a runtime that say nothing of this, is never left half
// changed.
impl<T: AsRawFd + UnwindSafe> UnwindSafe for AsyncFd<T> {}
impl<T: AsRawFd + RefUnwindSafe> RefUnwindSafe for AsyncFd<T> {}

impl<T: AsRawFd> AsyncFd<T> {
    /// Watches a descriptor for reading and writing.
    ///
    /// # Errors
    ///
    /// Returns the descriptor and the operating system's error if it cannot be watched, such as a
    /// regular file.
    ///
    /// # Safety
    ///
    /// `inner.as_raw_fd()` must return the same open descriptor until this is dropped or
    /// [`into_inner`](Self::into_inner) is called.
    pub unsafe fn register(inner: T) -> Result<Self, AsyncFdRegisterError<T>> {
        Self::watch(inner, Interest::READABLE | Interest::WRITABLE)
    }

    /// Watches a descriptor for `interest`. A wait for anything else may never end.
    ///
    /// # Errors
    ///
    /// Fails as [`register`](Self::register) does.
    ///
    /// # Safety
    ///
    /// As for [`register`](Self::register).
    pub unsafe fn register_with_interest(
        inner: T,
        interest: Interest,
    ) -> Result<Self, AsyncFdRegisterError<T>> {
        Self::watch(inner, interest)
    }

    /// Does the same as [`register`](Self::register), whose requirements nobody checks.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error if the descriptor cannot be watched.
    #[deprecated(note = "it cannot ask for what `AsyncFd::register` does; call that")]
    pub fn new(inner: T) -> io::Result<Self> {
        let both = Interest::READABLE | Interest::WRITABLE;
        Self::watch(inner, both).map_err(io::Error::from)
    }

    /// Does the same as [`register_with_interest`](Self::register_with_interest), whose
    /// requirements nobody checks.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error if the descriptor cannot be watched.
    #[deprecated(note = "it cannot ask for what `AsyncFd::register_with_interest` does; call that")]
    pub fn with_interest(inner: T, interest: Interest) -> io::Result<Self> {
        Self::watch(inner, interest).map_err(io::Error::from)
    }

    /// Does the same as [`register`](Self::register), whose requirements nobody checks.
    ///
    /// # Errors
    ///
    /// Fails as [`register`](Self::register) does.
    #[deprecated(note = "it cannot ask for what `AsyncFd::register` does; call that")]
    pub fn try_new(inner: T) -> Result<Self, AsyncFdRegisterError<T>> {
        Self::watch(inner, Interest::READABLE | Interest::WRITABLE)
    }

    /// Does the same as [`register_with_interest`](Self::register_with_interest), whose
    /// requirements nobody checks.
    ///
    /// # Errors
    ///
    /// Fails as [`register`](Self::register) does.
    #[deprecated(note = "it cannot ask for what `AsyncFd::register_with_interest` does; call that")]
    pub fn try_with_interest(
        inner: T,
        interest: Interest,
    ) -> Result<Self, AsyncFdRegisterError<T>> {
        Self::watch(inner, interest)
    }

    fn watch(inner: T, interest: Interest) -> Result<Self, AsyncFdRegisterError<T>> {
        match register(inner.as_raw_fd(), interest) {
            Ok(registration) => Ok(Self {
                registration,
                inner,
            }),
            Err(cause) => Err(AsyncFdRegisterError { inner, cause }),
        }
    }

    /// Returns the descriptor's owner.
    pub fn get_ref(&self) -> &T {
        &self.inner
    }

    /// Returns the descriptor's owner, which must keep the descriptor.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.inner
    }

    /// Stops watching the descriptor and returns its owner.
    pub fn into_inner(self) -> T {
        self.inner
    }

    /// Does `f` if something of `interest` counts as ready. If it returns
    /// [`WouldBlock`](io::ErrorKind::WouldBlock), that no longer counts.
    ///
    /// # Errors
    ///
    /// Returns [`WouldBlock`](io::ErrorKind::WouldBlock) without a call of `f` if nothing counts as
    /// ready. Otherwise returns what `f` returns.
    pub fn try_io<R>(
        &self,
        interest: Interest,
        f: impl FnOnce(&T) -> io::Result<R>,
    ) -> io::Result<R> {
        self.registration.try_io(interest, || f(&self.inner))
    }

    /// Like [`try_io`](Self::try_io), with a mutable reference.
    ///
    /// # Errors
    ///
    /// Fails as [`try_io`](Self::try_io) does.
    pub fn try_io_mut<R>(
        &mut self,
        interest: Interest,
        f: impl FnOnce(&mut T) -> io::Result<R>,
    ) -> io::Result<R> {
        self.registration.try_io(interest, || f(&mut self.inner))
    }
}

impl<T: AsRawFd> AsRawFd for AsyncFd<T> {
    fn as_raw_fd(&self) -> RawFd {
        self.inner.as_raw_fd()
    }
}

impl<T: AsRawFd> AsFd for AsyncFd<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        // SAFETY: who made this has promised that the descriptor stays open.
        unsafe { BorrowedFd::borrow_raw(self.as_raw_fd()) }
    }
}

impl<T: AsRawFd + fmt::Debug> fmt::Debug for AsyncFd<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncFd")
            .field("inner", &self.inner)
            .finish()
    }
}
