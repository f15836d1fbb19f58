//! Channels, locks and other primitives of [`tokio::sync`], on every runtime.
//!
//! # Why these primitives
//!
//! The primitives of `tokio::sync` need no runtime. They park tasks by their wakers alone, so they
//! work in a task of smol or async-std, under [`block_on`](crate::runtime::block_on) and on any
//! other executor. This crate tests each of them on each runtime. Of the libraries with this
//! property, `tokio::sync` is the only complete one (the others lack `watch`, `Notify` or
//! `oneshot`), the most used and the best maintained, and programs on Tokio already use its names.
//! Moving over means changing `tokio::sync` to `portable::sync`. Both name the same types, so a
//! library that accepts one accepts the other.
//!
//! With the feature `sync` the crate `tokio` is in the dependency tree of every build: these
//! primitives, and the part that keeps the [budget](crate::task::coop) of a task (Tokio's feature
//! `rt`). No runtime, timer or thread of Tokio is started. [`CancellationToken`] comes from
//! `tokio-util`.
//!
//! # Differences between runtimes
//!
//! | | on Tokio | elsewhere |
//! |---|---|---|
//! | `blocking_recv`, `blocking_send`, `blocking_lock` … in a task | panic | block the thread and its tasks: call them in [`spawn_blocking`](crate::task::spawn_blocking) or on a plain thread, which works everywhere |
//! | `mpsc::Sender::send_timeout` | works | does not exist, or panics in a build that has Tokio too: use [`timeout`](crate::time::timeout) around `send` |
//!
//! A loop over a channel that is never empty gives the other tasks a turn, on every runtime: see
//! [`coop`](crate::task::coop). A task must therefore not use a channel or a lock inside the
//! `block_on` of another executor: once the budget of the poll is used up, that call waits for
//! ever, on every runtime. In [`spawn_blocking`](crate::task::spawn_blocking) such a call works.
//!
//! # Cancel safety
//!
//! The primitives are as cancel safe as those of [`tokio::sync`]: a dropped receive loses nothing,
//! and a dropped wait for a lock or a permit loses its place in the queue.
//!
//! # Examples
//!
//! ```
//! # extern crate portable_runtime_shim as portable;
//! # #[cfg(feature = "_runtime")]
//! # portable::runtime::block_on(async {
//! use portable::sync::{CancellationToken, mpsc};
//! use portable::task;
//!
//! let stop = CancellationToken::new();
//! let (sender, mut receiver) = mpsc::channel(16);
//! let task = task::spawn({
//!     let stop = stop.clone();
//!     async move {
//!         let mut n = 0;
//!         while !stop.is_cancelled() && sender.send(n).await.is_ok() {
//!             n += 1;
//!         }
//!     }
//! });
//! assert_eq!(receiver.recv().await, Some(0));
//! assert_eq!(receiver.recv().await, Some(1));
//! stop.cancel();
//! drop(receiver);
//! task.await.unwrap();
//! # });
//! ```

pub use portable_primitives::tokio::sync::*;
pub use portable_primitives::tokio_util::sync::{
    CancellationToken, DropGuard, DropGuardRef, WaitForCancellationFuture,
    WaitForCancellationFutureOwned,
};
