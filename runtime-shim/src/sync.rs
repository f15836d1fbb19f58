//! Channels, locks and other ways for tasks to meet: those of [`tokio::sync`], on every runtime.
//!
//! # Why this set
//!
//! What is in `tokio::sync` needs no runtime. It parks tasks by their wakers alone, so it works in
//! a task of smol or async-std, under [`block_on`](crate::runtime::block_on) and on any other
//! executor; a test of each item on each runtime holds this crate to that. Of the sets that work so
//! it is the one that has everything (the others lack `watch`, `Notify` or `oneshot`), the one most
//! used and best kept, and its names are those that programs on Tokio already use. Moving over is
//! changing `tokio::sync` to `portable::sync`; both name the same types, so a library that takes
//! one takes the other.
//!
//! With the feature `sync` the crate `tokio` is in the tree of every build: this part of it, and the
//! part that keeps the [budget](crate::task::coop) of a task (Tokio's feature `rt`). No runtime of
//! Tokio is started, no timer and no thread. [`CancellationToken`] comes from `tokio-util`.
//!
//! # What differs from runtime to runtime
//!
//! | | on Tokio | elsewhere |
//! |---|---|---|
//! | `blocking_recv`, `blocking_send`, `blocking_lock` … in a task | panic | block the thread and its tasks: call them in [`spawn_blocking`](crate::task::spawn_blocking) or on a plain thread, which works everywhere |
//! | `mpsc::Sender::send_timeout` | works | is not there, or panics in a build that has Tokio too: use [`timeout`](crate::time::timeout) around `send` |
//!
//! A loop over a channel that is never empty gives the other tasks a turn, on every runtime: see
//! [`coop`](crate::task::coop). So a task must not use a channel or a lock inside the `block_on` of
//! another executor: once the budget of the poll is used up, that call would wait for ever, on every
//! runtime. In [`spawn_blocking`](crate::task::spawn_blocking) it works.
//!
//! # Cancel safety
//!
//! That of [`tokio::sync`]: receiving loses nothing, a lock or a permit that is not awaited to its
//! end loses its place in the queue.
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
