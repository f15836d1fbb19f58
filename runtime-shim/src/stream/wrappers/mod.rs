//! Streams made of listeners, timers, signals, channels and the like, in the shape of
//! `tokio_stream::wrappers`.
//!
//! | this | wraps | needs the feature |
//! |---|---|---|
//! | [`IntervalStream`] | [`time::Interval`](crate::time::Interval) | |
//! | [`LinesStream`], [`SplitStream`] | [`io::Lines`](crate::io::Lines), [`io::Split`](crate::io::Split), which are streams themselves | |
//! | [`JoinSetStream`] | [`task::JoinSet`](crate::task::JoinSet) | |
//! | `TcpListenerStream`, `UnixListenerStream` | `net::TcpListener`, `net::UnixListener` | `net` |
//! | `SignalStream` | `signal::unix::Signal` | `signal` |
//! | `ReadDirStream` | `fs::ReadDir` | `fs` |
//! | `ReceiverStream`, `UnboundedReceiverStream`, `BroadcastStream`, `WatchStream` | the receivers of `sync` | `stream` |
//!
//! Those of the last row are tokio-stream's own types. A stream of ctrl-c is a `SignalStream` of
//! `SignalKind::interrupt()`.
//!
//! # Cancel safety
//!
//! Each stream gives what its wrapped value gives: dropping a future of `next` loses nothing.
//!
//! # Examples
//!
//! ```
//! # extern crate portable_runtime_shim as portable;
//! # #[cfg(feature = "_runtime")]
//! # portable::runtime::block_on(async {
//! use portable::stream::StreamExt;
//! use portable::stream::wrappers::IntervalStream;
//! use portable::time::{Duration, interval};
//!
//! let ticks = IntervalStream::new(interval(Duration::from_millis(1)));
//! assert_eq!(ticks.take(3).count().await, 3);
//! # });
//! ```

/// Makes a stream of a type that has a `poll` function:
/// `wrapper! { /// … Name: Wrapped => Item, |wrapped, cx| poll }`.
macro_rules! wrapper {
    (
        $(#[$about:meta])*
        $name:ident: $wrapped:ty => $item:ty, |$inner:ident, $cx:ident| $poll:expr
    ) => {
        $(#[$about])*
        #[derive(Debug)]
        #[must_use = "streams do nothing unless they are polled"]
        pub struct $name {
            inner: $wrapped,
        }

        impl $name {
            /// Makes a stream of the value.
            pub fn new(inner: $wrapped) -> Self {
                Self { inner }
            }

            /// Returns the wrapped value.
            pub fn into_inner(self) -> $wrapped {
                self.inner
            }
        }

        impl futures_lite::Stream for $name {
            type Item = $item;

            fn poll_next(
                mut self: std::pin::Pin<&mut Self>,
                $cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<Self::Item>> {
                let $inner = &mut self.inner;
                $poll
            }
        }

        impl AsRef<$wrapped> for $name {
            fn as_ref(&self) -> &$wrapped {
                &self.inner
            }
        }

        impl AsMut<$wrapped> for $name {
            fn as_mut(&mut self) -> &mut $wrapped {
                &mut self.inner
            }
        }
    };
}

mod interval;
mod join_set;
#[cfg(all(any(unix, windows), feature = "net"))]
mod listeners;
mod parts;
#[cfg(feature = "fs")]
mod read_dir;
#[cfg(all(unix, feature = "signal"))]
mod signal;

pub use self::interval::IntervalStream;
pub use self::join_set::JoinSetStream;
#[cfg(all(any(unix, windows), feature = "net"))]
#[cfg_attr(docsrs, doc(cfg(feature = "net")))]
pub use self::listeners::TcpListenerStream;
#[cfg(all(unix, feature = "net"))]
#[cfg_attr(docsrs, doc(cfg(feature = "net")))]
pub use self::listeners::UnixListenerStream;
pub use self::parts::{LinesStream, SplitStream};
#[cfg(feature = "fs")]
#[cfg_attr(docsrs, doc(cfg(feature = "fs")))]
pub use self::read_dir::ReadDirStream;
#[cfg(all(unix, feature = "signal"))]
#[cfg_attr(docsrs, doc(cfg(feature = "signal")))]
pub use self::signal::SignalStream;
#[cfg(feature = "stream")]
#[cfg_attr(docsrs, doc(cfg(feature = "stream")))]
#[doc(no_inline)]
pub use portable_primitives::tokio_stream::wrappers::{
    BroadcastStream, ReceiverStream, UnboundedReceiverStream, WatchStream, errors,
};
