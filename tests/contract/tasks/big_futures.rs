//! Big futures: 1 MiB spawned from main, 300 KiB from a task, in a debug build (contract 8).

use std::future::Future;
use std::hint::black_box;
use std::thread;
use std::{env, fmt};

use crate::common::{self, program};
use portable::runtime::{Builder, Handle, Runtime};
use portable::task::{self, JoinHandle};

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// The stack that the operating system gives the main thread on Linux and macOS.
const MAIN_STACK: usize = 8 * MIB;

/// Returns a future of a little more than `N` bytes.
async fn big<const N: usize>() -> usize {
    let bytes = [1_u8; N];
    task::yield_now().await;
    black_box(&bytes)
        .iter()
        .map(|&byte| usize::from(byte))
        .sum()
}

/// The ways to spawn a future.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Way {
    Spawn,
    Macro,
    Builder,
    Handle,
    Runtime,
    Local,
}

const WAYS: [Way; 6] = [
    Way::Spawn,
    Way::Macro,
    Way::Builder,
    Way::Handle,
    Way::Runtime,
    Way::Local,
];

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Spawns a big future inside this runtime.
///
/// Each way is a function of its own: in a debug build the stack frame of a function has room for
/// every value in it.
fn spawn<const N: usize>(way: Way) -> JoinHandle<usize> {
    fn by_spawn<const N: usize>() -> JoinHandle<usize> {
        task::spawn(big::<N>())
    }
    fn by_macro<const N: usize>() -> JoinHandle<usize> {
        portable::spawn_task!(big::<N>())
    }
    fn by_builder<const N: usize>() -> JoinHandle<usize> {
        task::Builder::new().name("big").spawn(big::<N>()).unwrap()
    }
    fn by_handle<const N: usize>() -> JoinHandle<usize> {
        Handle::current().spawn(big::<N>())
    }
    fn by_local<const N: usize>() -> JoinHandle<usize> {
        task::spawn_local(big::<N>())
    }
    match way {
        Way::Spawn => by_spawn::<N>(),
        Way::Macro => by_macro::<N>(),
        Way::Builder => by_builder::<N>(),
        Way::Handle => by_handle::<N>(),
        Way::Local => by_local::<N>(),
        Way::Runtime => unreachable!("handled elsewhere"),
    }
}

/// Runs `f` on a thread with the stack of a main thread.
fn as_main(f: impl FnOnce() + Send + 'static) {
    thread::Builder::new()
        .stack_size(MAIN_STACK)
        .spawn(f)
        .unwrap()
        .join()
        .unwrap();
}

fn builders() -> [Builder; 2] {
    [Builder::new_multi_thread(), Builder::new_current_thread()]
}

fn spawned_from_main(runtime: &Runtime, way: Way) -> usize {
    fn by_runtime(runtime: &Runtime) -> JoinHandle<usize> {
        runtime.spawn(big::<MIB>())
    }
    match way {
        Way::Runtime => {
            let task = by_runtime(runtime);
            runtime.block_on(task).unwrap()
        }
        way => runtime.block_on(async { spawn::<MIB>(way).await.unwrap() }),
    }
}

#[test]
fn one_mebibyte_is_spawned_from_main() {
    assert!(size_of_future(big::<MIB>) >= MIB);
    for way in WAYS {
        program!("one_mebibyte_is_spawned_from_main")
            .env("WAY", way.to_string())
            .run(
                || {
                    let way = chosen();
                    as_main(move || {
                        for mut builder in builders() {
                            let runtime = builder.build().unwrap();
                            println!("{}", spawned_from_main(&runtime, way));
                        }
                    });
                },
                |outcome| {
                    assert!(outcome.status.success(), "by {way}: {outcome:#?}");
                    outcome.printed(&["1048576"; 2]);
                },
            );
    }
}

#[test]
fn three_hundred_kibibytes_are_spawned_from_a_task() {
    const SIZE: usize = 300 * KIB;

    fn from_a_task(runtime: &Runtime, way: Way) -> usize {
        let task = runtime.spawn(async move { spawn::<SIZE>(way).await.unwrap() });
        runtime.block_on(task).unwrap()
    }

    for way in WAYS {
        if matches!(way, Way::Runtime | Way::Local) {
            continue;
        }
        program!("three_hundred_kibibytes_are_spawned_from_a_task")
            .env("WAY", way.to_string())
            .run(
                || {
                    let way = chosen();
                    as_main(move || {
                        for mut builder in builders() {
                            let runtime = builder.build().unwrap();
                            println!("{}", from_a_task(&runtime, way));
                        }
                    });
                },
                |outcome| {
                    assert!(outcome.status.success(), "by {way}: {outcome:#?}");
                    outcome.printed(&["307200"; 2]);
                },
            );
    }
}

/// The sizes are on either side of the limits from which futures are moved to the heap.
#[test]
fn futures_of_every_size_give_their_output() {
    common::limit_time("futures_of_every_size_give_their_output");
    for mut builder in builders() {
        let runtime = builder.build().unwrap();
        runtime.block_on(async {
            assert_eq!(task::spawn(big::<0>()).await.unwrap(), 0);
            assert_eq!(task::spawn(big::<1>()).await.unwrap(), 1);
            assert_eq!(task::spawn(big::<2_000>()).await.unwrap(), 2_000);
            assert_eq!(task::spawn(big::<2_048>()).await.unwrap(), 2_048);
            assert_eq!(task::spawn(big::<5_000>()).await.unwrap(), 5_000);
            assert_eq!(task::spawn(big::<16_384>()).await.unwrap(), 16_384);
            assert_eq!(task::spawn(big::<20_000>()).await.unwrap(), 20_000);
            assert_eq!(task::spawn_local(big::<20_000>()).await.unwrap(), 20_000);
        });
    }
}

fn size_of_future<F: Future>(_: fn() -> F) -> usize {
    size_of::<F>()
}

/// Returns the way that this process is to take.
fn chosen() -> Way {
    let name = env::var("WAY").expect("the test sets it");
    *WAYS.iter().find(|way| way.to_string() == name).unwrap()
}
