//! Reading and writing: the traits of [futures-io](https://docs.rs/futures-io), on every runtime.
//!
//! The streams of `net`, `fs` and `process` have the
//! traits [`AsyncRead`], [`AsyncWrite`] … of futures-io, and with the feature `tokio-io` those of
//! Tokio too, both at once: a library that takes the one or the other takes them.
//!
//! The methods are in [`AsyncReadExt`], [`AsyncBufReadExt`], [`AsyncWriteExt`] and [`AsyncSeekExt`].
//! [`AsyncBufReadExt`], [`copy`] and its like, [`duplex`], [`simplex`], [`empty`], [`repeat`] and [`sink`]
//! give the other tasks their turns; the rest is futures-lite's. Tokio's own are used from the crate
//! `tokio`.
//!
//! A name that differs: what Tokio calls `shutdown` is `close` here. Our sockets have both.

// Files read, write and seek; standard output only writes.
#[cfg_attr(not(feature = "fs"), allow(dead_code))]
pub(crate) mod blocking;
mod buf_read;
mod copy;
mod copy_bidirectional;
mod copy_buf;
mod duplex;
#[cfg(any(feature = "tokio-io", feature = "hyper"))]
pub(crate) mod forward;
#[cfg(feature = "net")]
mod interest;
mod join;
mod lines;
mod memory;
pub(crate) mod patient;
#[cfg(feature = "net")]
mod ready;
mod simplex;
mod split;
mod stdin;
mod stdout;
#[cfg(any(feature = "net", all(unix, feature = "process")))]
pub(crate) mod stream;
#[cfg(all(unix, feature = "net"))]
#[cfg_attr(docsrs, doc(cfg(feature = "net")))]
pub mod unix;

pub use self::buf_read::{AsyncBufReadExt, FillBuf, ReadLine, ReadUntil};
pub use self::copy::copy;
pub use self::copy_bidirectional::{copy_bidirectional, copy_bidirectional_with_sizes};
pub use self::copy_buf::copy_buf;
pub use self::duplex::{DuplexStream, duplex};
#[cfg(feature = "net")]
#[cfg_attr(docsrs, doc(cfg(feature = "net")))]
pub use self::interest::Interest;
pub use self::join::{Join, join};
pub use self::lines::{Lines, Split};
pub use self::memory::{Empty, Repeat, Sink, empty, repeat, sink};
#[cfg(feature = "net")]
#[cfg_attr(docsrs, doc(cfg(feature = "net")))]
pub use self::ready::Ready;
pub use self::simplex::{SimplexStream, simplex};
pub use self::split::{ReadHalf, WriteHalf, split};
pub use self::stdin::{Stdin, StdinLines, stdin};
pub use self::stdout::{Stderr, Stdout, stderr, stdout};
pub use futures_io::{AsyncBufRead, AsyncRead, AsyncSeek, AsyncWrite};
pub use futures_lite::io::{
    AsyncReadExt, AsyncSeekExt, AsyncWriteExt, BufReader, BufWriter, Bytes, Chain, Cursor, Take,
};
pub use std::io::{Error, ErrorKind, Result, SeekFrom};
