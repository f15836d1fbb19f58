use std::future::Future;

use crate::task;

/// Spawns hyper's tasks by [`spawn`](task::spawn).
///
/// Equivalent to `hyper_util::rt::TokioExecutor`.
///
/// hyper asks for it where one connection is several tasks: HTTP/2, and the pool of a client.
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
    /// The executor of the runtime that calls go to, which each call finds out.
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
