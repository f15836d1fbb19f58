//! Asynchronous benchmarks.

use std::future::Future;

use criterion::async_executor::AsyncExecutor;

use crate::runtime::Runtime;

// Not implemented for `Handle`: on a runtime with one thread, nothing would run the tasks that the
// benchmark spawns.

/// Runs the benchmarks of `Bencher::to_async`. Needs the feature `criterion`.
impl AsyncExecutor for Runtime {
    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.block_on(future)
    }
}

/// Runs the benchmarks of `Bencher::to_async`. Needs the feature `criterion`.
impl AsyncExecutor for &Runtime {
    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        (**self).block_on(future)
    }
}
