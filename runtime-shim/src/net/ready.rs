//! Waiting until a socket is ready, and operations that do not wait.

/// The method that waits for any kind of readiness, for `|self| socket`.
macro_rules! ready_for {
    (|$this:ident| $socket:expr) => {
        /// Waits until something of `interest` is ready, and returns what is.
        ///
        /// What has been returned counts as ready until an attempt, by a method of this socket,
        /// returns [`WouldBlock`](std::io::ErrorKind::WouldBlock). So it may be outdated, and an
        /// attempt may have to wait. It may be nothing, if another task has found so.
        ///
        /// # Cancel safety
        ///
        /// Dropping the future loses nothing.
        ///
        /// # Errors
        ///
        /// Returns an error if the runtime that made the socket has ended.
        pub async fn ready(
            &$this,
            interest: $crate::io::Interest,
        ) -> std::io::Result<$crate::io::Ready> {
            use $crate::runtime::source::{AsyncSource, Event};
            Ok($socket.source.event(interest).await?.ready())
        }
    };
}

/// The methods that do any operation on a socket.
macro_rules! any_io {
    () => {
        /// Does an operation of the caller's if something of `interest` counts as ready. If it
        /// returns [`WouldBlock`](std::io::ErrorKind::WouldBlock), that no longer counts.
        ///
        /// `f` must do its operation on this socket, by its descriptor. It must return
        /// [`WouldBlock`](std::io::ErrorKind::WouldBlock) only if the operating system does.
        ///
        /// # Errors
        ///
        /// Returns [`WouldBlock`](std::io::ErrorKind::WouldBlock) without a call of `f` if nothing
        /// counts as ready. That is so on Tokio until the runtime has had a turn. Otherwise returns
        /// what `f` returns.
        pub fn try_io<R>(
            &self,
            interest: $crate::io::Interest,
            f: impl FnOnce() -> std::io::Result<R>,
        ) -> std::io::Result<R> {
            use $crate::runtime::source::AsyncSource;
            self.source.try_if_ready(interest, f)
        }

        /// Waits until something of `interest` is ready and does an operation of the caller's,
        /// again and again until it returns anything but
        /// [`WouldBlock`](std::io::ErrorKind::WouldBlock).
        ///
        /// # Cancel safety
        ///
        /// Dropping the future loses nothing: `f` was not called, or returned
        /// [`WouldBlock`](std::io::ErrorKind::WouldBlock).
        ///
        /// # Errors
        ///
        /// Returns the error of `f`, or an error if the runtime that made the socket has ended.
        pub async fn async_io<R>(
            &self,
            interest: $crate::io::Interest,
            mut f: impl FnMut() -> std::io::Result<R>,
        ) -> std::io::Result<R> {
            use $crate::runtime::source::{AsyncSource, Event, would_block};
            if self.source.takes_first(interest) {
                match f() {
                    Err(error) if would_block(&error) => {}
                    done => return done,
                }
            }
            loop {
                let mut event = self.source.event(interest).await?;
                match f() {
                    Err(error) if would_block(&error) => event.clear($crate::io::Ready::ALL),
                    done => return done,
                }
            }
        }
    };
}

/// The methods that wait until reading is possible, for `|self| socket`. The `poll` function may
/// have another name.
macro_rules! ready_to_read {
    (|$this:ident| $socket:expr) => {
        ready_to_read! { poll_read_ready, |$this| $socket }
    };
    ($poll_ready:ident, |$this:ident| $socket:expr) => {
        /// Waits until it may be possible to read.
        ///
        /// After a successful attempt, reading still counts as possible. If the next attempt
        /// returns [`WouldBlock`](std::io::ErrorKind::WouldBlock), call this again: it then waits
        /// for the operating system. Only attempts through this socket's own methods count.
        ///
        /// # Cancel safety
        ///
        /// Dropping the future loses nothing.
        ///
        /// # Errors
        ///
        /// Returns an error if the runtime that made the socket has ended.
        pub async fn readable(&$this) -> std::io::Result<()> {
            use $crate::runtime::source::{AsyncSource, Direction};
            $socket.source.ready(Direction::Read).await
        }

        /// The `poll` form of [`readable`](Self::readable). If several tasks poll, only the last
        /// one is woken.
        ///
        /// # Errors
        ///
        /// Returns an error if the runtime that made the socket has ended.
        pub fn $poll_ready(
            &$this,
            cx: &mut std::task::Context<'_>,
        ) -> std::task::Poll<std::io::Result<()>> {
            use $crate::runtime::source::{AsyncSource, Direction};
            $socket.source.poll_ready(Direction::Read, cx)
        }
    };
}

/// The methods that wait until writing is possible, for `|self| socket`.
macro_rules! ready_to_write {
    (|$this:ident| $socket:expr) => {
        ready_to_write! { poll_write_ready, |$this| $socket }
    };
    ($poll_ready:ident, |$this:ident| $socket:expr) => {
        /// Waits until it may be possible to write.
        ///
        /// After a successful attempt, writing still counts as possible. If the next attempt
        /// returns [`WouldBlock`](std::io::ErrorKind::WouldBlock), call this again: it then waits
        /// for the operating system. Only attempts through this socket's own methods count.
        ///
        /// # Cancel safety
        ///
        /// Dropping the future loses nothing.
        ///
        /// # Errors
        ///
        /// Returns an error if the runtime that made the socket has ended.
        pub async fn writable(&$this) -> std::io::Result<()> {
            use $crate::runtime::source::{AsyncSource, Direction};
            $socket.source.ready(Direction::Write).await
        }

        /// The `poll` form of [`writable`](Self::writable). If several tasks poll, only the last
        /// one is woken.
        ///
        /// # Errors
        ///
        /// Returns an error if the runtime that made the socket has ended.
        pub fn $poll_ready(
            &$this,
            cx: &mut std::task::Context<'_>,
        ) -> std::task::Poll<std::io::Result<()>> {
            use $crate::runtime::source::{AsyncSource, Direction};
            $socket.source.poll_ready(Direction::Write, cx)
        }
    };
}

/// The methods that read without waiting, for `|self| socket` of a stream.
macro_rules! try_to_read {
    (|$this:ident| $socket:expr) => {
        /// Reads the bytes that have arrived, and returns their number. 0 is the end of the stream.
        ///
        /// # Errors
        ///
        /// Returns [`WouldBlock`](std::io::ErrorKind::WouldBlock) if nothing has arrived. Otherwise
        /// returns the operating system's error.
        pub fn try_read(&$this, buf: &mut [u8]) -> std::io::Result<usize> {
            use $crate::runtime::source::{AsyncSource, Direction};
            let read = |mut io: &_| std::io::Read::read(&mut io, buf);
            $socket.source.try_io(Direction::Read, read)
        }

        /// Like [`try_read`](Self::try_read), into several buffers, one after the other.
        ///
        /// # Errors
        ///
        /// Fails as [`try_read`](Self::try_read) does.
        pub fn try_read_vectored(
            &$this,
            bufs: &mut [std::io::IoSliceMut<'_>],
        ) -> std::io::Result<usize> {
            use $crate::runtime::source::{AsyncSource, Direction};
            let read = |mut io: &_| std::io::Read::read_vectored(&mut io, bufs);
            $socket.source.try_io(Direction::Read, read)
        }

        /// Like [`try_read`](Self::try_read), to the end of `buf`, whose room need not be
        /// initialised.
        ///
        /// # Errors
        ///
        /// Fails as [`try_read`](Self::try_read) does.
        #[cfg(feature = "tokio-io")]
        #[cfg_attr(docsrs, doc(cfg(feature = "tokio-io")))]
        pub fn try_read_buf<B: bytes::BufMut>(&$this, buf: &mut B) -> std::io::Result<usize> {
            use $crate::runtime::source::{AsyncSource, Direction};
            let read = |io: &_| $crate::net::buf::read(io, buf);
            $socket.source.try_io(Direction::Read, read)
        }
    };
}

/// The methods that write without waiting, for `|self| socket` of a stream.
macro_rules! try_to_write {
    (|$this:ident| $socket:expr) => {
        /// Writes as many bytes as there is room for, and returns their number.
        ///
        /// # Errors
        ///
        /// Returns [`WouldBlock`](std::io::ErrorKind::WouldBlock) if there is no room. Otherwise
        /// returns the operating system's error.
        pub fn try_write(&$this, buf: &[u8]) -> std::io::Result<usize> {
            use $crate::runtime::source::{AsyncSource, Direction};
            let write = |mut io: &_| std::io::Write::write(&mut io, buf);
            $socket.source.try_io(Direction::Write, write)
        }

        /// Like [`try_write`](Self::try_write), from several buffers, one after the other.
        ///
        /// # Errors
        ///
        /// Fails as [`try_write`](Self::try_write) does.
        pub fn try_write_vectored(
            &$this,
            bufs: &[std::io::IoSlice<'_>],
        ) -> std::io::Result<usize> {
            use $crate::runtime::source::{AsyncSource, Direction};
            let write = |mut io: &_| std::io::Write::write_vectored(&mut io, bufs);
            $socket.source.try_io(Direction::Write, write)
        }
    };
}
