//! Refusals of the operating system, and settings that nothing satisfies (contract 10 and 12).

use std::io;
use std::sync::mpsc;

use crate::common::{self, Outcome, program, with_both_builders};
use portable::runtime::{Builder, Runtime, available};
use portable::task;
use portable::time::{Duration, sleep};

with_both_builders! {
    a_stack_that_nobody_has_is_an_error_of_build,
    a_stack_bigger_than_any_number_is_an_error_of_build,
    as_many_blocking_threads_as_there_can_be,
    after_a_refusal_a_builder_builds,
}

/// A stack larger than the address space.
const TOO_BIG: usize = match 1_usize.checked_shl(50) {
    Some(bytes) => bytes,
    // The largest that is no mistake. A process with addresses of 32 bits has it only if nothing else
    // is in the middle of them.
    None => isize::MAX as usize & !0xffff,
};

/// More threads than there can be, whose places in a list have an address of their own each.
const TOO_MANY: usize = match 1_usize.checked_shl(40) {
    Some(threads) => threads,
    None => usize::MAX >> 4,
};

#[track_caller]
fn assert_refused(result: io::Result<Runtime>) {
    let error = result.expect_err("there is no such stack");
    assert_ne!(error.kind(), io::ErrorKind::InvalidInput);
    let text = error.to_string();
    assert!(text.starts_with("portable: "), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
}

fn a_stack_that_nobody_has_is_an_error_of_build(mut builder: Builder) {
    assert_refused(builder.thread_stack_size(TOO_BIG).build());
}

fn a_stack_bigger_than_any_number_is_an_error_of_build(mut builder: Builder) {
    for bytes in [usize::MAX, usize::MAX - 4096, isize::MAX as usize + 1] {
        let error = builder.thread_stack_size(bytes).build().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        let text = error.to_string();
        assert!(text.starts_with("portable: `thread_stack_size`"), "{text}");
    }
}

fn after_a_refusal_a_builder_builds(mut builder: Builder) {
    for _ in 0..3 {
        assert_refused(builder.thread_stack_size(TOO_BIG).build());
    }
    let runtime = builder.thread_stack_size(1 << 20).build().unwrap();
    let task = runtime.spawn(async { 7 });
    assert_eq!(runtime.block_on(task).unwrap(), 7);
}

fn as_many_blocking_threads_as_there_can_be(mut builder: Builder) {
    for count in [usize::MAX, usize::MAX - 1, usize::MAX / 2, TOO_MANY] {
        let runtime = builder.max_blocking_threads(count).build().unwrap();
        let closure = runtime.spawn_blocking(|| 7);
        assert_eq!(common::block_on(closure).unwrap(), 7);
    }
}

#[test]
fn more_workers_than_any_system_has_are_an_error() {
    for runtime in available() {
        for count in [usize::MAX, usize::MAX / 3, 32_768] {
            let error = Builder::new_multi_thread()
                .runtime(runtime)
                .worker_threads(count)
                .build()
                .unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
            let text = format!("portable: `worker_threads` must be at most 32767, not {count}");
            assert_eq!(error.to_string(), text);
        }
    }
}

fn is_one_line(outcome: &Outcome) {
    assert_eq!(outcome.status.code(), Some(2), "{outcome:#?}");
    assert_eq!(outcome.stdout, "", "{outcome:#?}");
    assert!(
        outcome.stderr.starts_with("error: portable: "),
        "{outcome:#?}"
    );
    assert_eq!(outcome.stderr.trim().lines().count(), 1, "{outcome:#?}");
}

#[test]
fn more_workers_in_the_environment_are_one_message_of_the_entry_point() {
    #[portable::main]
    async fn main() {
        println!("never");
    }

    for count in ["4000000000", "32768"] {
        program!("more_workers_in_the_environment_are_one_message_of_the_entry_point")
            .env("PORTABLE_WORKER_THREADS", count)
            .run(main, |outcome| {
                is_one_line(&outcome);
                assert!(outcome.stderr.contains("PORTABLE_WORKER_THREADS"));
                assert!(outcome.stderr.contains(count), "{outcome:#?}");
            });
    }
}

mod stack_of_main {
    #[portable::main(stack_size = super::TOO_BIG)]
    pub(super) async fn main() {
        println!("never");
    }
}

mod any_stack_of_main {
    #[portable::main(stack_size = usize::MAX)]
    pub(super) async fn main() {
        println!("never");
    }
}

#[test]
fn what_an_attribute_asks_for_in_vain_is_one_message_of_the_entry_point() {
    fn many() -> usize {
        std::env::var("MANY").map_or(4_000_000_000, |many| many.parse().unwrap())
    }

    #[portable::main(worker_threads = 4_000_000_000)]
    async fn workers() {
        println!("never");
    }

    #[portable::main(worker_threads = many())]
    async fn computed_workers() {
        println!("never");
    }

    #[portable::main(thread_stack_size = TOO_BIG)]
    async fn stack() {
        println!("never");
    }

    #[portable::main(flavor = "current_thread", thread_stack_size = TOO_BIG)]
    async fn stack_of_closures() {
        println!("never");
    }

    let mains = [
        workers,
        computed_workers,
        stack,
        stack_of_closures,
        stack_of_main::main,
        any_stack_of_main::main,
    ];
    for number in 0..mains.len() {
        program!("what_an_attribute_asks_for_in_vain_is_one_message_of_the_entry_point")
            .env("MAIN", number.to_string())
            .run(
                || {
                    let number: usize = std::env::var("MAIN").unwrap().parse().unwrap();
                    mains[number]();
                },
                |outcome| is_one_line(&outcome),
            );
    }
}

/// The size of a stack that no thread before had: glibc keeps stacks of up to 40 MiB for the next
/// thread.
#[cfg(target_os = "linux")]
const BIG_STACK: usize = 64 << 20;

/// Runs `f` while the address space has no room for a thread, and for little else.
#[cfg(target_os = "linux")]
fn without_threads<T>(f: impl FnOnce() -> T) -> T {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let before = getrlimit(Resource::As);
    let mut none = before;
    none.current = Some((status("VmSize:") + 1024) * 1024);
    setrlimit(Resource::As, none).unwrap();
    let output = f();
    setrlimit(Resource::As, before).unwrap();
    output
}

/// Returns a number of the status of this process.
#[cfg(target_os = "linux")]
fn status(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let number = status.lines().find_map(|line| line.strip_prefix(name));
    let number = number.unwrap().trim().trim_end_matches(" kB");
    number.parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn while_no_thread_is_to_be_had_the_workers_that_there_are_run_all() {
    program!("while_no_thread_is_to_be_had_the_workers_that_there_are_run_all").run_with_workers(
        || {
            let runtime = Builder::new_multi_thread()
                .worker_threads(4)
                .thread_stack_size(BIG_STACK)
                .build()
                .unwrap();
            let (send, receive) = mpsc::channel();
            without_threads(|| {
                for n in 0..100 {
                    let send = send.clone();
                    runtime.spawn(async move { send.send(n).unwrap() });
                }
                for _ in 0..100 {
                    receive.recv().unwrap();
                }
            });
            println!("ran");
        },
        |outcome| outcome.printed(&["ran"]),
    );
}

/// Each of the tasks needs a worker of its own. Tokio starts all workers with the runtime.
#[cfg(target_os = "linux")]
#[test]
fn a_worker_that_was_refused_comes_with_the_next_task() {
    program!("a_worker_that_was_refused_comes_with_the_next_task").run_with_workers(
        || {
            let runtime = Builder::new_multi_thread()
                .worker_threads(3)
                .thread_stack_size(BIG_STACK)
                .build()
                .unwrap();
            let (send, receive) = mpsc::channel();
            let blocks = || {
                let send = send.clone();
                let (release, is_released) = mpsc::channel::<()>();
                runtime.spawn(async move {
                    send.send(()).unwrap();
                    let _ = is_released.recv();
                });
                release
            };
            let first = blocks();
            receive.recv().unwrap();
            // This task waits for a worker.
            let second = without_threads(blocks);
            let third = blocks();
            receive.recv().unwrap();
            receive.recv().unwrap();
            println!("all run");
            drop((first, second, third));
        },
        |outcome| outcome.printed(&["all run"]),
    );
}

/// The call panics, and the next one works.
#[cfg(target_os = "linux")]
#[test]
fn a_closure_that_finds_no_thread_is_a_panic_of_the_call() {
    program!("a_closure_that_finds_no_thread_is_a_panic_of_the_call").run(
        || {
            for mut builder in [Builder::new_current_thread(), Builder::new_multi_thread()] {
                let threads = status("Threads:");
                let runtime = builder.thread_stack_size(BIG_STACK).build().unwrap();
                let (ran, has_run) = mpsc::channel();
                let text = without_threads(|| {
                    common::panic_of(|| runtime.spawn_blocking(move || ran.send(()).unwrap()))
                });
                assert!(
                    text.starts_with("portable: cannot start a thread for a blocking closure"),
                    "{text}"
                );
                let closure = runtime.spawn_blocking(|| 7);
                assert_eq!(common::block_on(closure).unwrap(), 7);
                // The caller has no handle of the closure, so the closure must not run.
                assert!(has_run.recv().is_err());
                println!("panicked");
                drop(runtime);
                // A thread that is about to end still has its stack, which the next would get.
                let end = std::time::Instant::now() + Duration::from_secs(5);
                while status("Threads:") > threads && std::time::Instant::now() < end {
                    std::thread::yield_now();
                }
            }
        },
        |outcome| outcome.printed(&["panicked", "panicked"]),
    );
}

/// The same of rayon's threads.
#[cfg(all(target_os = "linux", feature = "rayon"))]
#[test]
fn a_pool_that_finds_no_threads_is_a_panic_of_the_call() {
    program!("a_pool_that_finds_no_threads_is_a_panic_of_the_call").run(
        || {
            // No worker is just starting, which would abort if it were refused its signal stack.
            let runtime = Builder::new_current_thread().build().unwrap();
            let (ran, has_run) = mpsc::channel();
            let text = without_threads(|| {
                common::panic_of(|| runtime.spawn_compute(move || ran.send(()).unwrap()))
            });
            assert!(
                text.starts_with("portable: cannot start rayon's threads for a closure"),
                "{text}"
            );
            let closure = runtime.spawn_compute(|| 7);
            assert_eq!(common::block_on(closure).unwrap(), 7);
            assert!(has_run.recv().is_err());
            println!("panicked");
        },
        |outcome| outcome.printed(&["panicked"]),
    );
}

/// Each of these operations needs a blocking thread, gives an error without one, and works
/// afterwards.
#[cfg(all(target_os = "linux", feature = "fs", feature = "net"))]
#[test]
fn what_finds_no_thread_and_can_give_an_error_does() {
    use std::pin::{Pin, pin};
    use std::task::Poll;

    use portable::fs::{self, File};
    use portable::io::{AsyncReadExt, AsyncWriteExt};
    use portable::net::TcpStream;

    type Asks = Pin<Box<dyn Future<Output = io::Result<()>>>>;

    fn refused(start: &str) {
        let asks: [fn() -> Asks; 6] = [
            || Box::pin(async { fs::read("/dev/null").await.map(drop) }),
            || Box::pin(async { fs::write("/dev/null", "a").await }),
            || Box::pin(async { fs::read_dir("/").await.map(drop) }),
            || Box::pin(async { TcpStream::connect("localhost:1").await.map(drop) }),
            || Box::pin(async { new(false).read(&mut [0; 1]).await.map(drop) }),
            || Box::pin(async { new(true).write(&[0; 1]).await.map(drop) }),
        ];
        for asks in asks {
            let mut asks = asks();
            match without_threads(|| common::poll_once(asks.as_mut())) {
                Poll::Ready(Err(error)) => {
                    assert_eq!(error.kind(), io::ErrorKind::Other);
                    assert!(error.to_string().starts_with(start), "{error}");
                }
                // The C library had kept the memory of a thread that has ended.
                Poll::Pending => {}
                other => panic!("{other:?}"),
            }
        }
    }

    fn new(writes: bool) -> File {
        let file = std::fs::File::options()
            .read(!writes)
            .write(writes)
            .open("/dev/zero");
        File::from_std(file.unwrap())
    }

    async fn works() {
        let mut file = new(false);
        let mut byte = [0; 1];
        let polled = {
            let mut reads = pin!(file.read(&mut byte));
            without_threads(|| common::poll_once(reads.as_mut()))
        };
        assert!(!matches!(polled, Poll::Ready(Ok(_))));
        // The failed read leaves the file as it was.
        assert_eq!(file.read(&mut [0; 8]).await.unwrap(), 8);
        assert!(fs::read("/dev/null").await.unwrap().is_empty());
    }

    program!("what_finds_no_thread_and_can_give_an_error_does").run(
        || {
            // Outside of a runtime, the runtime of the process would have to start, and cannot.
            refused("portable: cannot start the runtime of the process: ");
            let start = "portable: cannot start a thread for a blocking closure: ";
            for mut builder in [Builder::new_current_thread(), Builder::new_multi_thread()] {
                let before = status("Threads:");
                let runtime = builder.thread_stack_size(BIG_STACK).build().unwrap();
                runtime.block_on(async {
                    refused(start);
                    works().await;
                });
                drop(runtime);
                // The memory of a thread that is still ending would do for another one. Threads that
                // stay, such as async-io's, are not waited for.
                let start = std::time::Instant::now();
                while status("Threads:") > before && start.elapsed() < Duration::from_millis(200) {
                    std::thread::yield_now();
                }
            }
            println!("refused");
        },
        |outcome| {
            outcome.printed(&["refused"]);
            assert!(!outcome.stderr.contains("panicked"), "{outcome:#?}");
        },
    );
}

/// The first timer on a plain thread starts the thread of the timers.
#[cfg(target_os = "linux")]
#[test]
fn a_timer_that_finds_no_thread_is_a_panic_of_its_poll() {
    program!("a_timer_that_finds_no_thread_is_a_panic_of_its_poll").run(
        || {
            let refused = || {
                let mut timer = Box::pin(sleep(Duration::from_secs(3600)));
                without_threads(|| common::panic_of(|| common::poll_once(timer.as_mut())))
            };
            // The runtime of the process, which is started at the first call, would need one too.
            let runtime = Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                // Tokio's own timers need no thread, and async-std has started its own.
                let needs_none = ["tokio", "async-std"].contains(&portable::runtime::current());
                if !needs_none {
                    let text = refused();
                    assert!(text.starts_with("portable: the operating system"), "{text}");
                    assert!(text.contains("a timer needs"), "{text}");
                }
                for _ in 0..3 {
                    sleep(Duration::from_millis(1)).await;
                }
            });
            println!("slept");
        },
        |outcome| outcome.printed(&["slept"]),
    );
}

/// The first call is refused, and the next one is not.
#[cfg(target_os = "linux")]
#[test]
fn the_runtime_of_the_process_starts_when_it_can() {
    program!("the_runtime_of_the_process_starts_when_it_can").run(
        || {
            for _ in 0..2 {
                let text = without_threads(|| common::panic_of(|| task::spawn(async {})));
                let start = "portable: cannot start the runtime of the process: ";
                assert!(text.starts_with(start), "{text}");
            }
            let task = task::spawn(async { 7 });
            println!("{}", common::block_on(task).unwrap());
        },
        |outcome| outcome.printed(&["7"]),
    );
}

#[cfg(target_os = "linux")]
#[test]
fn without_descriptors_a_runtime_starts_or_says_so() {
    use std::fs::File;

    use rustix::process::{Resource, getrlimit, setrlimit};

    program!("without_descriptors_a_runtime_starts_or_says_so").run(
        || {
            let mut limits = getrlimit(Resource::Nofile);
            limits.current = Some(60);
            setrlimit(Resource::Nofile, limits).unwrap();
            let mut files = Vec::new();
            while let Ok(file) = File::open("/dev/null") {
                files.push(file);
            }
            // The runtime is built with each number of descriptors that are left.
            for _ in 0..20 {
                for mut builder in [Builder::new_current_thread(), Builder::new_multi_thread()] {
                    match builder.build() {
                        Ok(runtime) => {
                            let task = runtime.spawn(async { 7 });
                            assert_eq!(runtime.block_on(task).unwrap(), 7);
                        }
                        Err(error) => {
                            let text = error.to_string();
                            assert!(text.starts_with("portable: the operating"), "{text}");
                        }
                    }
                }
                files.pop();
            }
            let runtime = Builder::new_current_thread().build().unwrap();
            runtime.block_on(sleep(Duration::from_millis(1)));
            println!("started");
        },
        |outcome| outcome.printed(&["started"]),
    );
}

/// Returns the number of threads that the process has started so far.
fn started_threads() -> u64 {
    let id = std::thread::spawn(|| std::thread::current().id());
    let id = format!("{:?}", id.join().unwrap());
    let digits = id.trim_matches(|c: char| !c.is_ascii_digit());
    digits.parse().unwrap()
}

#[test]
fn short_sleeps_start_few_threads() {
    async fn sleeps() {
        let before = started_threads();
        for _ in 0..300 {
            sleep(Duration::from_micros(50)).await;
        }
        let started = started_threads() - before - 1;
        assert!(started <= 4, "{started}");
    }

    program!("short_sleeps_start_few_threads").run(
        || {
            for mut builder in [Builder::new_current_thread(), Builder::new_multi_thread()] {
                let runtime = builder.build().unwrap();
                runtime.block_on(sleeps());
                let closure = runtime.spawn_blocking(|| {
                    portable::block_on(sleeps());
                    common::block_on(sleeps());
                });
                runtime.block_on(closure).unwrap();
            }
            common::block_on(sleeps());
            println!("slept");
        },
        |outcome| outcome.printed(&["slept"]),
    );
}
