//! The tasks of a firmware. No operating system, and without the feature `alloc` no allocator.

#![no_std]

use core::sync::atomic::{AtomicU32, Ordering};

use portable::time::{Duration, sleep};

/// What `#[portable::task]` expands to.
#[macro_export]
macro_rules! task {
    (
        pool_size = $count:literal
        $(#[$meta:meta])*
        $vis:vis async fn $name:ident($($arg:ident: $ty:ty),* $(,)?) -> $out:ty $body:block
    ) => {
        $(#[$meta])*
        $vis fn $name($($arg: $ty),*)
            -> ::portable::task::Spawnable<
                impl ::core::future::Future<Output = $out> + ::core::marker::Send + 'static,
            >
        {
            async fn $name($($arg: $ty),*) -> $out $body
            #[allow(unused_parens)]
            fn __future(($($arg,)*): ($($ty,)*)) -> impl ::core::future::Future<Output = $out> {
                $name($($arg),*)
            }
            static __POOL: ::portable::task::Pool<
                { ::portable::__private::task_size(__future) },
                $count,
            > = ::portable::task::Pool::new();
            __POOL.__prepare(::core::stringify!($name), $name($($arg),*))
        }
    };
}

task! {
    pool_size = 2
    /// Blinks and says how often.
    pub async fn blink(times: u32, period: Duration) -> u32 {
        for _ in 0..times {
            sleep(period).await;
        }
        times
    }
}

task! {
    pool_size = 1
    /// Counts as long as it runs.
    pub async fn count(counter: &'static AtomicU32, period: Duration) -> core::convert::Infallible {
        loop {
            counter.fetch_add(1, Ordering::Relaxed);
            sleep(period).await;
        }
    }
}
