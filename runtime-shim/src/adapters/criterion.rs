//! Asynchronous benchmarks.

use std::future::Future;

use criterion::async_executor::AsyncExecutor;

use crate::runtime::Runtime;

// Not for a `Handle`: where there is one thread, nobody would run what the benchmark spawns.

/// With the feature `criterion`: for `Bencher::to_async`.
impl AsyncExecutor for Runtime {
    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.block_on(future)
    }
}

/// With the feature `criterion`: for `Bencher::to_async`.
impl AsyncExecutor for &Runtime {
    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        (**self).block_on(future)
    }
}
