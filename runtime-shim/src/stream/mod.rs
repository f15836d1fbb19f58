//! Values that come one after the other: the trait [`Stream`], and the methods of [`StreamExt`].
//!
//! These are futures-lite's, and stand where a program has used `tokio_stream`. The trait `Stream` is
//! that of futures-core: `futures::StreamExt` and `tokio_stream::StreamExt` work on our streams too.
//!
//! [`io::Lines`](crate::io::Lines), [`io::Split`](crate::io::Split) and
//! [`io::StdinLines`](crate::io::StdinLines) are streams. [`wrappers`] makes streams of listeners, timers,
//! signals and channels.
//!
//! # Examples
//!
//! ```
//! # extern crate portable_runtime_shim as portable;
//! # #[cfg(feature = "_runtime")]
//! # portable::runtime::block_on(async {
//! use portable::io::{AsyncBufReadExt, BufReader};
//! use portable::stream::StreamExt;
//!
//! let mut lines = BufReader::new(&b"to be\nor not\n"[..]).lines();
//! while let Some(line) = lines.next().await {
//!     println!("{}", line?);
//! }
//! # Ok::<(), std::io::Error>(())
//! # }).unwrap();
//! ```

pub mod wrappers;

pub use futures_lite::stream::{
    Empty, Iter, Once, Pending, Stream, StreamExt, empty, iter, once, pending,
};
