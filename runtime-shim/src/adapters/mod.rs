//! Implementations of other crates' runtime traits, so that those crates run on every runtime.
//!
//! | feature | trait | implemented by |
//! |---|---|---|
//! | `futures` | [`futures::task::Spawn`](futures_task::Spawn) | [`Handle`], [`Runtime`] |
//! | `criterion` | [`criterion::async_executor::AsyncExecutor`](::criterion::async_executor::AsyncExecutor) | [`Runtime`], and a reference to one |
//! | `quinn` | [`quinn::Runtime`](::quinn::Runtime) | [`QuinnRuntime`] |
//!
//! [`portable::hyper`](crate::hyper) does the same for hyper.
//!
//! [`Handle`]: crate::runtime::Handle
//! [`Runtime`]: crate::runtime::Runtime
//!
//! # Examples
//!
//! Each example needs the feature in its row. futures:
//!
//! ```
//! # extern crate portable_runtime_shim as portable;
//! # #[cfg(all(feature = "futures", feature = "_runtime"))]
//! # portable::runtime::block_on(async {
//! use futures::task::SpawnExt;
//! use portable::runtime::Handle;
//!
//! let task = Handle::current().spawn_with_handle(async { 6 * 7 })?;
//! assert_eq!(task.await, 42);
//! # Ok::<(), futures::task::SpawnError>(())
//! # }).unwrap();
//! ```
//!
//! A benchmark with criterion. Each iteration runs on the runtime:
//!
//! ```
//! # extern crate portable_runtime_shim as portable;
//! # #[cfg(all(feature = "criterion", feature = "_runtime"))]
//! # {
//! use criterion::Criterion;
//! use portable::{runtime::Runtime, task};
//!
//! fn spawn(criterion: &mut Criterion) {
//!     let runtime = Runtime::new().unwrap();
//!     criterion.bench_function("spawn", |bencher| {
//!         bencher.to_async(&runtime).iter(|| task::spawn(async {}));
//!     });
//! }
//! # let _ = spawn;
//! # }
//! ```

#[cfg(feature = "criterion")]
mod criterion;
#[cfg(feature = "futures")]
mod futures;
#[cfg(all(unix, feature = "quinn"))]
mod quinn;

#[cfg(all(unix, feature = "quinn"))]
#[cfg_attr(docsrs, doc(cfg(feature = "quinn")))]
pub use self::quinn::QuinnRuntime;
