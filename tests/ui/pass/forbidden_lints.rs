//! A crate may forbid any lint, which nothing in it can then allow.
// The test harness itself allows this at any `main`.
#![cfg_attr(not(test), forbid(dead_code))]
#![forbid(
    unreachable_code,
    unreachable_pub,
    unused_imports,
    unused_variables,
    unused_mut,
    unused_parens,
    unused_braces,
    unused_must_use,
    unused_qualifications,
    unused_results,
    missing_docs,
    unsafe_code,
    unknown_lints,
    non_snake_case,
    single_use_lifetimes,
    clippy::implicit_return,
    clippy::single_call_fn,
    clippy::unused_async,
    clippy::redundant_pub_crate,
    clippy::future_not_send,
    clippy::let_unit_value,
    clippy::diverging_sub_expression,
    clippy::empty_loop,
    clippy::unreachable,
    clippy::type_complexity,
    clippy::too_many_arguments,
    clippy::double_must_use,
    clippy::undocumented_unsafe_blocks,
    clippy::expect_used,
    clippy::unwrap_used
)]
#![allow(clippy::needless_return)]

/// A counter.
#[derive(Debug)]
pub(crate) struct Counter(u8);

impl Counter {
    /// Makes one.
    #[portable::main]
    pub(crate) async fn make() -> Self {
        return Self(1);
    }

    /// Gives the count.
    #[portable::main]
    pub(crate) async fn count(&self) -> u8 {
        return self.0;
    }

    /// Adds.
    #[portable::main]
    pub(crate) async fn add(mut self, (one, _): (u8, u8), _: u8) -> Result<Self, core::fmt::Error> {
        portable::task::yield_now().await;
        self.0 += one;
        return Ok(self);
    }

    /// Never ends.
    #[portable::main]
    pub(crate) async fn never(&self) -> ! {
        loop {
            portable::task::yield_now().await;
        }
    }
}

/// Gives a number.
#[portable::main]
async fn function() -> u8 {
    return 1;
}

/// Never ends.
#[portable::main]
async fn never() -> ! {
    loop {
        std::thread::park();
    }
}

/// Is a task.
#[must_use]
#[portable::task(pool_size = 2)]
async fn task() -> u8 {
    return 1;
}

/// The program.
#[portable::main]
async fn main() {
    println!("{:?}", std::thread::current().id());
    let tasks = || {
        portable::spawn_task!(name = String::from("a") + "b", detach, async {});
        portable::spawn_task!(detach, task());
        drop(task());
    };
    tasks();
    let numbers = std::thread::spawn(|| {
        let counters = (Counter::make(), Counter::make());
        if counters.0.count() + function() > 9 {
            never();
        }
        if counters.1.count() + function() > 9 {
            counters.1.never();
        }
        if function() > 9 {
            never();
        }
        return matches!(counters.0.add((1, 2), 3), Ok(Counter(2)));
    });
    assert!(matches!(numbers.join(), Ok(true)));
}
