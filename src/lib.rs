#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
//! One async program on every runtime: Tokio, smol, async-std, Embassy or pollster, chosen by a Cargo
//! feature, with the same behaviour on each.
//!
//! ```toml
//! [dependencies]
//! portable = { version = "0.1", features = ["smol"] }
//! ```
//!
//! ```
//! # #[cfg(all(feature = "macros", feature = "std", feature = "_runtime"))]
//! # mod program {
//! use portable::time::{Duration, sleep, timeout};
//!
//! #[portable::main]
//! # pub
//! async fn main() {
//!     let task = portable::spawn(async {
//!         sleep(Duration::from_millis(10)).await;
//!         6 * 7
//!     });
//!     match timeout(Duration::from_secs(1), task).await {
//!         Ok(Ok(answer)) => println!("{answer}, by {}", portable::runtime::current()),
//!         Ok(Err(error)) => eprintln!("the task failed: {error}"),
//!         Err(elapsed) => eprintln!("too late: {elapsed}"),
//!     }
//! }
//! # }
//! # #[cfg(all(feature = "macros", feature = "std", feature = "_runtime"))]
//! # program::main();
//! ```
//!
//! Paths, names and arguments are Tokio's for every item that Tokio has too.
//!
//! # Contents
//!
//! | item | feature | contents |
//! |---|---|---|
//! | `#[portable::main]`, `#[portable::test]`, `#[portable::task]`, `spawn_task!` | `macros` | entry points, tests and tasks |
//! | [`spawn`], [`pin!`], `block_on`, `task_local!` | | what most programs use, at the root |
//! | [`task`](mod@task) | | `spawn`, `spawn_local`, `spawn_blocking`, `JoinHandle`, `JoinSet`, task-locals |
//! | `task::spawn_compute` | `rayon` | closures that keep a processor busy, on all of them |
//! | [`time`](mod@time) | | `sleep`, `timeout`, `interval`, `Instant` |
//! | `time::{pause, advance, resume, hold}` | `test-util` | virtual time, for tests |
//! | [`runtime`](mod@runtime) | | `Builder`, `Runtime`, `Handle`, and the rules for the runtime of a call |
//! | `sync` | `sync` | Tokio's channels and locks, `CancellationToken` |
//! | `select!`, `join!`, `try_join!` | `select` | Tokio's macros |
//! | `net` | `net` | TCP and UDP; Unix sockets on Unix |
//! | `fs`, `io` | `fs`, `io` | files, standard streams and the traits of IO |
//! | `stream` | `io`, `stream` | `Stream` and `StreamExt`; streams of listeners, timers and, with `stream`, channels |
//! | `process` | `process` | child processes, on Unix and Windows |
//! | `signal`, `shutdown` | `signal` | signals and the graceful end, on Unix and Windows |
//! | [`runtime::dump`](https://docs.rs/portable/latest/portable/runtime/dump/index.html) | `inspect` | what each task does, and the watchdog |
//! | | `tracing` | a span of the crate tracing for each task |
//! | `runtime::Builder::tokio_context` | `tokio-context` | Tokio's context on every runtime, for dependencies that need it |
//! | `hyper`, `adapters` | `hyper`, `futures`, `quinn`, `criterion`, `axum`, `tonic`, `hyper-util`, `hickory`, `tokio-util`, `async-rs`, `agnostic-lite` | implementations of other crates' runtime traits |
//!
//! The runtimes are the features `tokio`, `smol`, `async-std`, `embassy` and `pollster`. A library
//! turns none of them on, because the program decides. In the browser, on wasm32-unknown-unknown, the
//! feature `wasm` takes their place.
//!
//! # Pages
//!
//! - [The contract](crate::contract): the behaviour that is the same on every runtime, line by
//!   line, and the exceptions.
//! - [Testing](crate::testing): tests on every runtime.
//! - [Firmware](crate::firmware): the same source on a microcontroller.
//! - In the repository: [in the browser], [choosing a runtime], [runtimes and features], [moving over from Tokio],
//!   [for library authors], [asked elsewhere, answered here], [seeing inside] and [the cost].
//!
//! [choosing a runtime]: https://github.com/portable-rs/portable/blob/main/docs/choosing.md
//! [in the browser]: https://github.com/portable-rs/portable/blob/main/docs/browser.md
//! [for library authors]: https://github.com/portable-rs/portable/blob/main/docs/libraries.md
//! [asked elsewhere, answered here]: https://github.com/portable-rs/portable/blob/main/docs/questions.md
//! [runtimes and features]: https://github.com/portable-rs/portable/blob/main/docs/runtimes.md
//! [moving over from Tokio]: https://github.com/portable-rs/portable/blob/main/docs/moving-over.md
//! [seeing inside]: https://github.com/portable-rs/portable/blob/main/docs/seeing-inside.md
//! [the cost]: https://github.com/portable-rs/portable/blob/main/docs/performance.md
#![doc(test(attr(deny(warnings))))]
#![forbid(unsafe_code)]

#[cfg(feature = "macros")]
mod macros;

// Without this rustc says that there is no such macro, and not which feature has it.
#[cfg(not(feature = "macros"))]
#[doc(hidden)]
#[macro_export]
macro_rules! spawn_task {
    ($($tokens:tt)*) => {
        compile_error!("portable: `spawn_task!` needs the feature `macros` of `portable`")
    };
}

/// Makes an `async fn` the start of a page's module, in the browser.
///
/// The function is the `main` of a program, which wasm-bindgen makes the start of the module. It returns
/// `()`, `!`, an `ExitCode` or a `Result`, whose error goes to the browser's console. It runs as a task,
/// on the one thread of the page: its end ends nothing, and arguments about threads and about the end
/// make no difference.
///
/// # Errors
///
/// These are compile errors: another function than `main`, which could only wait for the future by
/// blocking the page; an argument of something that a page does not have, such as `runtime`.
#[cfg(all(
    feature = "macros",
    all(feature = "wasm", target_family = "wasm", target_os = "unknown")
))]
pub use portable_macros::__main_of_page as main;
/// Makes an `async fn` the entry point of a firmware, on the executor that it names.
///
/// It works like `#[embassy_executor::main]`. With a feature `std` it makes the entry point of a
/// program.
///
/// The function takes no argument, or the executor's [`Spawner`](runtime::Spawner), and returns
/// `()` or `!`. From its start on, any code can spawn tasks.
///
/// # Arguments
///
/// | Argument | Value | Default |
/// |---|---|---|
/// | `entry` | the attribute of the entry point, in a string | the architecture's |
/// | `executor` | the executor's type, in a string | `embassy_executor`'s for the architecture |
/// | `crate` | the path of `portable`, bare or in a string | `::portable` |
///
/// # Errors
///
/// These are compile errors: an argument that needs an operating system, another signature, and the
/// feature `embassy` being off.
///
/// # Examples
///
// This is not run, because it is for a microcontroller. `examples/firmware` is such a program, and
// is run.
/// ```ignore
/// #[portable::main]
/// async fn main(spawner: portable::runtime::Spawner) -> ! {
///     portable::spawn(blink()).await;
/// }
/// ```
#[cfg(all(feature = "macros", not(feature = "std")))]
pub use portable_macros::__main_without_std as main;
/// Runs an `async fn`, such as a program's `main`, on a runtime of its own.
///
/// ```
/// # #[cfg(feature = "_runtime")]
/// #[portable::main(worker_threads = 2, shutdown_timeout = "500ms")]
/// async fn main() {
///     let task = portable::spawn(async { 6 * 7 });
///     assert_eq!(task.await.unwrap(), 42);
/// }
/// # #[cfg(not(feature = "_runtime"))]
/// # fn main() {}
/// ```
///
/// A future that is too big for the stack of the process, and a function that runs before the
/// runtime starts:
///
/// ```
/// # #[cfg(feature = "_runtime")]
/// #[portable::main(stack_size = 64 * 1024 * 1024, init = || println!("no runtime yet"))]
/// async fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let big = [1_u8; 16 * 1024 * 1024];
///     portable::task::yield_now().await;
///     println!("{}", big.len());
///     Ok(())
/// }
/// # #[cfg(not(feature = "_runtime"))]
/// # fn main() {}
/// ```
///
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(all(feature = "macros", feature = "std"))]
pub use portable_macros::main;
/// Makes a task of an `async fn`, with a pool that limits how many of them run at once.
///
/// ```
/// # #[cfg(all(feature = "std", feature = "_runtime"))]
/// #[portable::main(flavor = "current_thread")]
/// async fn main() {
///     #[portable::task(pool_size = 2)]
///     async fn square(n: u32) -> u32 {
///         n * n
///     }
///
///     let (two, three) = (square(2).spawn(), portable::spawn(square(3)));
///     let full = square(4).spawn();
///     assert_eq!(two.await.unwrap() + three.await.unwrap(), 13);
///     assert!(full.await.unwrap_err().is_full());
/// }
/// # #[cfg(not(all(feature = "std", feature = "_runtime")))]
/// # fn main() {}
/// ```
///
#[cfg(feature = "macros")]
pub use portable_macros::task;
/// Makes a test of an `async fn`, which runs on every runtime in the build.
///
/// ```test_harness
/// # #[cfg(feature = "_runtime")]
/// #[portable::test(flavor = "multi_thread", timeout = "60s")]
/// async fn a_task_gives_its_output() {
///     let task = portable::spawn(async { 6 * 7 });
///     assert_eq!(task.await.unwrap(), 42);
/// }
/// ```
///
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(all(feature = "macros", feature = "std"))]
pub use portable_macros::test;
#[cfg(all(
    not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")),
    any(
        feature = "agnostic-lite",
        feature = "async-rs",
        feature = "axum",
        feature = "criterion",
        feature = "futures",
        feature = "hickory",
        feature = "hyper-util",
        feature = "quinn",
        feature = "tokio-util",
        feature = "tonic"
    )
))]
#[cfg_attr(
    docsrs,
    doc(cfg(any(
        feature = "agnostic-lite",
        feature = "async-rs",
        feature = "axum",
        feature = "criterion",
        feature = "futures",
        feature = "hickory",
        feature = "hyper-util",
        feature = "quinn",
        feature = "tokio-util",
        feature = "tonic"
    )))
)]
pub use portable_runtime_shim::adapters;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "fs")]
#[cfg_attr(docsrs, doc(cfg(feature = "fs")))]
pub use portable_runtime_shim::fs;
#[cfg(feature = "future")]
#[cfg_attr(docsrs, doc(cfg(feature = "future")))]
pub use portable_runtime_shim::future;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "hyper")]
#[cfg_attr(docsrs, doc(cfg(feature = "hyper")))]
pub use portable_runtime_shim::hyper;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "io")]
#[cfg_attr(docsrs, doc(cfg(feature = "io")))]
pub use portable_runtime_shim::io;
#[cfg(all(any(unix, windows), feature = "net"))]
#[cfg_attr(docsrs, doc(cfg(feature = "net")))]
pub use portable_runtime_shim::net;
pub use portable_runtime_shim::pin;
#[cfg(all(any(unix, windows), feature = "process"))]
#[cfg_attr(docsrs, doc(cfg(feature = "process")))]
pub use portable_runtime_shim::process;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "std")]
pub use portable_runtime_shim::runtime::block_on;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cfg(feature = "io")]
#[cfg_attr(docsrs, doc(cfg(feature = "io")))]
pub use portable_runtime_shim::stream;
#[cfg(feature = "sync")]
#[cfg_attr(docsrs, doc(cfg(feature = "sync")))]
pub use portable_runtime_shim::sync;
pub use portable_runtime_shim::task::spawn;
#[cfg(feature = "std")]
pub use portable_runtime_shim::task_local;
#[cfg(feature = "select")]
#[cfg_attr(docsrs, doc(cfg(feature = "select")))]
pub use portable_runtime_shim::{join, select, try_join};
pub use portable_runtime_shim::{runtime, task, time};
#[cfg(all(any(unix, windows), feature = "signal"))]
#[cfg_attr(docsrs, doc(cfg(feature = "signal")))]
pub use portable_runtime_shim::{shutdown, signal};

#[doc = include_str!("../docs/contract.md")]
pub mod contract {}

// The programs of these pages are tests. They need a runtime, the macros, sockets and signals.
#[cfg(all(
    doctest,
    unix,
    feature = "macros",
    feature = "net",
    feature = "signal",
    feature = "sync",
    feature = "tokio-context",
    feature = "_runtime"
))]
mod pages {
    #[doc = include_str!("../README.md")]
    mod readme {}
    #[doc = include_str!("../docs/choosing.md")]
    mod choosing {}
    #[doc = include_str!("../docs/libraries.md")]
    mod libraries {}
    #[doc = include_str!("../docs/moving-over.md")]
    mod moving_over {}
    #[doc = include_str!("../docs/performance.md")]
    mod performance {}
    #[doc = include_str!("../docs/questions.md")]
    mod questions {}
    #[doc = include_str!("../docs/seeing-inside.md")]
    mod seeing_inside {}
}

// The programs of this page are tests too.
#[cfg(all(doctest, feature = "macros", feature = "custom"))]
#[doc = include_str!("../docs/own-runtime.md")]
mod own_runtime {}

#[cfg_attr(
    all(feature = "macros", feature = "std", feature = "_runtime"),
    doc = include_str!("../docs/firmware.md")
)]
#[cfg_attr(
    not(all(feature = "macros", feature = "std", feature = "_runtime")),
    doc = "From the desk to the microcontroller. This page needs the feature `macros` and a runtime."
)]
pub mod firmware {}

// The examples of this page are tests too.
#[cfg_attr(
    all(feature = "macros", feature = "_runtime"),
    doc = include_str!("../docs/testing.md")
)]
#[cfg_attr(
    not(all(feature = "macros", feature = "_runtime")),
    doc = "Testing on every runtime. This page needs the feature `macros` and a runtime."
)]
pub mod testing {}

/// Items that the macros expand to. They are not a public interface.
// The expansion of a test, and its errors, appear only where tests are built, so these doc tests
// use a harness.
#[cfg_attr(
    all(feature = "macros", feature = "_runtime"),
    doc = "
```test_harness,compile_fail,E0277
#[portable::test]
async fn works() -> u32 {
    1
}
```

```test_harness,compile_fail
#![deny(unnameable_test_items)]

fn outer() {
    #[portable::test]
    async fn works() {}
}
```

```test_harness,compile_fail
#![deny(unnameable_test_items)]

const _: () = {
    #[portable::test]
    async fn works() {}
};
```

A name that is a keyword since the edition of 2024:

```test_harness,edition2021
#[portable::test]
async fn gen() {}

mod other {
    #[portable::main]
    pub async fn gen(gen: u8) -> u8 {
        gen
    }
}

#[test]
fn calls() {
    assert_eq!(other::gen(5), 5);
}
```
"
)]
#[doc(hidden)]
pub mod __private {
    #[cfg(all(feature = "macros", not(feature = "std"), not(feature = "_runtime")))]
    pub mod executor {
        pub use portable_macros::__no_executor as main;
    }
    #[cfg(feature = "macros")]
    pub use portable_macros::spawn_task;
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[cfg(all(feature = "macros", feature = "std"))]
    pub use portable_macros::{
        __called_by_tests as called_by_tests, __fan_out as fan_out, __pin as pin,
    };
    #[cfg(feature = "macros")]
    pub use portable_runtime_shim::__compute as compute;
    #[cfg(feature = "std")]
    pub use portable_runtime_shim::__entry as entry;
    #[cfg(all(feature = "embassy", not(feature = "std")))]
    pub use portable_runtime_shim::__private_bare::*;
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[cfg(feature = "std")]
    pub use portable_runtime_shim::__runtimes as runtimes;
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[cfg(feature = "std")]
    pub use portable_runtime_shim::entry::{
        as_task, call, init, main, main_on_stack, on_flavor, outcome_on, plain_call, plain_main,
        plain_test, reported, runtime, set_flavor, spawned, stack_size, test, test_on,
        test_on_stack, test_within, timeout, worker_threads,
    };
    #[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
    pub use portable_runtime_shim::entry::{init, report_panics, start};
    pub use portable_runtime_shim::{__Never as Never, __task_size as task_size};
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[cfg(feature = "std")]
    pub use portable_runtime_shim::{
        __dump_on as dump_on, __start_paused as start_paused, __tokio_context as tokio_context,
        __watchdog as watchdog,
    };
    // Names of `std` for the expansions of the macros, because the user's crate may be without
    // `std`.
    #[cfg(feature = "std")]
    pub use std::{boxed::Box, format, process::ExitCode};

    // With one runtime a function is its own test. With several, one test for each runtime calls
    // it.
    #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
    #[cfg(all(feature = "macros", feature = "std"))]
    portable_runtime_shim::__if_several! {
        { pub use portable_macros::__called_by_tests as test; }
        { pub use ::core::prelude::v1::test; }
    }
}
