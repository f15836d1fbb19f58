//! Times the other layers over several runtimes, on those that they support, as `time` times ours:
//! `peers RUNTIME SIDE PLACE WORKLOAD COUNT` prints nanoseconds. `cargo xtask bench` runs it.
//!
//! The package is a workspace of its own, because the layers bring a hundred packages.

use std::time::Instant;

use portable_bench_runtime::run;
use portable_bench_runtime::sides::{Smol, Tokio};

/// The parts of `Side` that none of the layers has.
macro_rules! lacks_sets_and_intervals {
    () => {
        type Ticks = ();
        type Set = ();

        fn interval(_period: Duration) {}

        fn tick(_ticks: &mut ()) -> impl Future + Send {
            std::future::ready(())
        }

        fn set() {}

        fn add<F: Future<Output = u64> + Send + 'static>(_set: &mut (), _future: F) {}

        async fn next(_set: &mut ()) -> bool {
            false
        }
    };
}

mod agnostic_lite;
mod any_spawner;
mod async_executors;
mod async_rs;

use self::agnostic_lite::AgnosticLite;
use self::any_spawner::AnySpawner;
use self::async_executors::AsyncExecutors;
use self::async_rs::AsyncRs;

fn main() {
    let start = Instant::now();
    run::run(
        |side, runtime| {
            Some(match (side, runtime) {
                ("agnostic-lite", "tokio") => {
                    run::on::<AgnosticLite<::agnostic_lite::tokio::TokioRuntime, Tokio>>
                }
                ("agnostic-lite", "smol") => {
                    run::on::<AgnosticLite<::agnostic_lite::smol::SmolRuntime, Smol>>
                }
                ("any_spawner", "tokio") => run::on::<AnySpawner>,
                ("async_executors", "tokio") => {
                    run::on::<AsyncExecutors<::async_executors::TokioTp>>
                }
                ("async_executors", "async-std") => {
                    run::on::<AsyncExecutors<::async_executors::AsyncStd>>
                }
                ("async-rs", "tokio") => run::on::<AsyncRs<::async_rs::Tokio>>,
                ("async-rs", "smol") => run::on::<AsyncRs<::async_rs::Smol>>,
                _ => return None,
            })
        },
        |_| unreachable!("idle is for `time`"),
    );
    println!("{}", start.elapsed().as_nanos());
}
