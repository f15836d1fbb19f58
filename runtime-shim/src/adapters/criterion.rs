//! Asynchronous benchmarks.

use std::future::Future;

use criterion::async_executor::AsyncExecutor;

use crate::runtime::{Handle, Runtime};

macro_rules! runs_benchmarks {
    ($($type:ty),*) => {
        $(
            /// With the feature `criterion`: for `Bencher::to_async`.
            impl AsyncExecutor for $type {
                fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
                    (*self).block_on(future)
                }
            }
        )*
    };
}
runs_benchmarks!(Runtime, Handle);

macro_rules! references_run_benchmarks {
    ($($type:ty),*) => {
        $(
            /// With the feature `criterion`: for `Bencher::to_async`.
            impl AsyncExecutor for &$type {
                fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
                    (**self).block_on(future)
                }
            }
        )*
    };
}
references_run_benchmarks!(Runtime, Handle);
