//! Waiting for a socket, and trying without to wait.

/// The methods of waiting to read, for `|self| socket`; the one for `poll` functions may have a
/// name of its own.
macro_rules! ready_to_read {
    (|$this:ident| $socket:expr) => {
        ready_to_read! { poll_read_ready, |$this| $socket }
    };
    ($poll_ready:ident, |$this:ident| $socket:expr) => {
        /// Waits until it may be possible to read.
        ///
        /// After an attempt that was successful it is taken to be possible still. Where the next
        /// one then gives [`WouldBlock`](std::io::ErrorKind::WouldBlock), wait again: from then on
        /// this waits for the operating system. An attempt is one by this socket's own methods.
        ///
        /// # Cancel safety
        ///
        /// Nothing is lost.
        ///
        /// # Errors
        ///
        /// If the runtime that made the socket has ended.
        pub async fn readable(&$this) -> std::io::Result<()> {
            use $crate::runtime::source::{AsyncSource, Direction};
            $socket.source.ready(Direction::Read).await
        }

        /// As [`readable`](Self::readable), for a `poll` function: of several tasks the last one is
        /// woken.
        ///
        /// # Errors
        ///
        /// If the runtime that made the socket has ended.
        pub fn $poll_ready(
            &$this,
            cx: &mut std::task::Context<'_>,
        ) -> std::task::Poll<std::io::Result<()>> {
            use $crate::runtime::source::{AsyncSource, Direction};
            $socket.source.poll_ready(Direction::Read, cx)
        }
    };
}

/// The methods of waiting to write, in the same way.
macro_rules! ready_to_write {
    (|$this:ident| $socket:expr) => {
        ready_to_write! { poll_write_ready, |$this| $socket }
    };
    ($poll_ready:ident, |$this:ident| $socket:expr) => {
        /// Waits until it may be possible to write.
        ///
        /// After an attempt that was successful it is taken to be possible still. Where the next
        /// one then gives [`WouldBlock`](std::io::ErrorKind::WouldBlock), wait again: from then on
        /// this waits for the operating system. An attempt is one by this socket's own methods.
        ///
        /// # Cancel safety
        ///
        /// Nothing is lost.
        ///
        /// # Errors
        ///
        /// If the runtime that made the socket has ended.
        pub async fn writable(&$this) -> std::io::Result<()> {
            use $crate::runtime::source::{AsyncSource, Direction};
            $socket.source.ready(Direction::Write).await
        }

        /// As [`writable`](Self::writable), for a `poll` function: of several tasks the last one is
        /// woken.
        ///
        /// # Errors
        ///
        /// If the runtime that made the socket has ended.
        pub fn $poll_ready(
            &$this,
            cx: &mut std::task::Context<'_>,
        ) -> std::task::Poll<std::io::Result<()>> {
            use $crate::runtime::source::{AsyncSource, Direction};
            $socket.source.poll_ready(Direction::Write, cx)
        }
    };
}

/// The methods of reading what is there, for `|self| socket` of a stream.
macro_rules! try_to_read {
    (|$this:ident| $socket:expr) => {
        /// Reads what is there; 0 is the end of the stream.
        ///
        /// # Errors
        ///
        /// [`WouldBlock`](std::io::ErrorKind::WouldBlock) if there is nothing yet; else that of the
        /// operating system.
        pub fn try_read(&$this, buf: &mut [u8]) -> std::io::Result<usize> {
            use $crate::runtime::source::{AsyncSource, Direction};
            let read = |mut io: &_| std::io::Read::read(&mut io, buf);
            $socket.source.try_io(Direction::Read, read)
        }

        /// Reads what is there into several buffers, one after the other.
        ///
        /// # Errors
        ///
        /// As [`try_read`](Self::try_read).
        pub fn try_read_vectored(
            &$this,
            bufs: &mut [std::io::IoSliceMut<'_>],
        ) -> std::io::Result<usize> {
            use $crate::runtime::source::{AsyncSource, Direction};
            let read = |mut io: &_| std::io::Read::read_vectored(&mut io, bufs);
            $socket.source.try_io(Direction::Read, read)
        }
    };
}

/// The methods of writing what there is room for, for `|self| socket` of a stream.
macro_rules! try_to_write {
    (|$this:ident| $socket:expr) => {
        /// Writes as much as there is room for.
        ///
        /// # Errors
        ///
        /// [`WouldBlock`](std::io::ErrorKind::WouldBlock) if there is none; else that of the
        /// operating system.
        pub fn try_write(&$this, buf: &[u8]) -> std::io::Result<usize> {
            use $crate::runtime::source::{AsyncSource, Direction};
            let write = |mut io: &_| std::io::Write::write(&mut io, buf);
            $socket.source.try_io(Direction::Write, write)
        }

        /// Writes as much of several buffers as there is room for, one after the other.
        ///
        /// # Errors
        ///
        /// As [`try_write`](Self::try_write).
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
