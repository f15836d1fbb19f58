use std::future::Future;

use crate::task;

/// An executor that spawns hyper's tasks with [`spawn`](task::spawn).
///
/// Equivalent to `hyper_util::rt::TokioExecutor`.
///
/// hyper needs one where a connection is several tasks: for HTTP/2, and for the pool of a client.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use hyper::rt::Executor as _;
/// use portable::hyper::Executor;
/// # let (ran, running) = async_channel();
/// # fn async_channel() -> (std::sync::mpsc::Sender<()>, std::sync::mpsc::Receiver<()>) { std::sync::mpsc::channel() }
///
/// Executor::new().execute(async move {
///     println!("hyper's task");
/// #   ran.send(()).unwrap();
/// });
/// # while running.try_recv().is_err() { portable::task::yield_now().await }
/// # });
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Executor {}

impl Executor {
    /// Creates the executor. It looks up the current runtime at each call.
    pub const fn new() -> Self {
        Self {}
    }
}

impl<F> hyper::rt::Executor<F> for Executor
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, future: F) {
        drop(task::spawn(future));
    }
}
