//! Calls in the child of a `fork` (contract 13).

use std::ffi::{c_int, c_uint};
use std::panic::catch_unwind;
use std::pin::Pin;
use std::process;
use std::thread;

use crate::common::{self, program};
use portable::runtime::{Builder, Handle, Runtime};
use portable::task;
use portable::time::{Duration, sleep, timeout};
use rustix::process::{Pid, WaitOptions, waitpid};

/// The forked process, as seen by its parent. In the child it is `None`.
struct Child(Option<Pid>);

impl Child {
    fn fork() -> Self {
        unsafe extern "C" {
            fn fork() -> c_int;
        }

        // SAFETY: `fork` has no conditions. The child waits for no lock that another thread may
        // hold.
        let pid = unsafe { fork() };
        assert!(pid >= 0);
        Self(Pid::from_raw(pid))
    }

    /// Returns whether this process is the child.
    fn is_here(&self) -> bool {
        self.0.is_none()
    }

    /// Waits for the child, and returns its exit status.
    fn status(self) -> Option<i32> {
        let ended = waitpid(self.0, WaitOptions::empty()).unwrap();
        ended.and_then(|(_, status)| status.exit_status())
    }
}

/// Runs `child` in a process that is forked here. Returns the exit status of that process, which is
/// 0 if `child` returns.
fn in_a_fork(child: impl FnOnce()) -> Option<i32> {
    unsafe extern "C" {
        fn alarm(seconds: c_uint) -> c_uint;
    }

    let process = Child::fork();
    if process.is_here() {
        // SAFETY: `alarm` has no conditions. It ends this process if the process hangs.
        unsafe { alarm(30) };
        child();
        process::exit(0);
    }
    process.status()
}

#[portable::main(flavor = "multi_thread")]
async fn on_many_threads() {
    sleep(Duration::from_millis(1)).await;
    task::spawn(sleep(Duration::from_millis(1))).await.unwrap();
    task::spawn_blocking(|| {}).await.unwrap();
}

#[portable::main(flavor = "current_thread")]
async fn on_one_thread() {
    sleep(Duration::from_millis(1)).await;
    task::spawn(sleep(Duration::from_millis(1))).await.unwrap();
}

const MESSAGE: &str = "portable: this process was made by `fork`";

#[test]
fn an_entry_point_says_so_and_ends() {
    let works = || {
        on_many_threads();
        assert_eq!(in_a_fork(on_many_threads), Some(2));
        assert_eq!(in_a_fork(on_one_thread), Some(2));
        // The parent goes on.
        on_many_threads();
        on_one_thread();
        println!("end");
    };
    program!("an_entry_point_says_so_and_ends").run(works, |outcome| {
        outcome.printed(&["end"]);
        assert_eq!(outcome.stderr.matches(MESSAGE).count(), 2, "{outcome:#?}");
        assert!(!outcome.stderr.contains("panicked"), "{outcome:#?}");
    });
}

#[test]
fn a_child_that_is_forked_before_may_do_everything() {
    let works = || {
        assert_eq!(in_a_fork(on_many_threads), Some(0));
        assert_eq!(in_a_fork(on_one_thread), Some(0));
        assert_eq!(
            in_a_fork(|| {
                common::block_on(sleep(Duration::from_millis(1)));
                assert_eq!(portable::block_on(task::spawn(async { 7 })).unwrap(), 7);
            }),
            Some(0)
        );
        on_many_threads();
        println!("end");
    };
    program!("a_child_that_is_forked_before_may_do_everything")
        .run(works, |outcome| outcome.printed(&["end"]));
}

/// Each of these calls would hang in a process that has only the memory of the threads.
#[test]
fn what_starts_later_is_an_error_or_a_panic() {
    let works = || {
        on_many_threads();
        let status = in_a_fork(|| {
            for mut builder in [Builder::new_current_thread(), Builder::new_multi_thread()] {
                let error = builder.build().unwrap_err();
                assert_eq!(error.kind(), std::io::ErrorKind::Unsupported);
                assert!(error.to_string().starts_with(MESSAGE), "{error}");
            }
            let panics: [fn(); 5] = [
                || drop(task::spawn(async {})),
                || drop(task::spawn_blocking(|| {})),
                || portable::block_on(async {}),
                || common::block_on(sleep(Duration::from_millis(1))),
                || {
                    let over = timeout(Duration::from_millis(1), std::future::pending::<()>());
                    let _ = common::block_on(over);
                },
            ];
            for panics in panics {
                let text = common::panic_of(panics);
                assert!(text.starts_with(MESSAGE), "{text}");
            }
            #[cfg(feature = "rayon")]
            {
                let text = common::panic_of(|| task::spawn_compute(|| {}));
                assert!(text.starts_with(MESSAGE), "{text}");
            }
            #[cfg(feature = "net")]
            {
                let error = portable::net::UnixStream::pair().unwrap_err();
                assert!(error.to_string().starts_with(MESSAGE), "{error}");
            }
            #[cfg(feature = "signal")]
            {
                let error = common::block_on(portable::signal::ctrl_c()).unwrap_err();
                assert!(error.to_string().starts_with(MESSAGE), "{error}");
            }
            #[cfg(feature = "fs")]
            {
                let error = common::block_on(portable::fs::read("/dev/null")).unwrap_err();
                assert!(error.to_string().starts_with(MESSAGE), "{error}");
            }
        });
        assert_eq!(status, Some(0));
        println!("end");
    };
    program!("what_starts_later_is_an_error_or_a_panic")
        .run(works, |outcome| outcome.printed(&["end"]));
}

type Waiting = Pin<Box<dyn Future<Output = ()>>>;

/// The forking thread is inside `block_on`, and is the only thread that is copied.
#[test]
fn a_main_that_has_to_wait_in_the_child_says_so() {
    #[portable::main(flavor = "multi_thread")]
    async fn wait_in_a_fork() {
        sleep(Duration::from_millis(1)).await;
        // The sleep is so long that even a late child has to wait.
        let waits: [fn() -> Waiting; 2] = [
            || Box::pin(sleep(Duration::from_secs(3600))),
            || Box::pin(std::future::pending()),
        ];
        for waits in waits {
            let child = Child::fork();
            if child.is_here() {
                waits().await;
                process::exit(0);
            }
            assert_eq!(child.status(), Some(101));
        }
        task::spawn(sleep(Duration::from_millis(1))).await.unwrap();
        println!("end");
    }

    let works = || {
        if let Err(payload) = catch_unwind(wait_in_a_fork) {
            // The test harness has threads that are missing too, so the process exits at once.
            let text = common::text_of(payload);
            process::exit(if text.starts_with(MESSAGE) { 101 } else { 1 });
        }
    };
    program!("a_main_that_has_to_wait_in_the_child_says_so").run(works, |outcome| {
        outcome.printed(&["end"]);
        assert_eq!(outcome.stderr.matches(MESSAGE).count(), 2, "{outcome:#?}");
    });
}

/// A worker may have held any lock of the runtime at the time of the fork.
#[test]
fn what_is_forked_within_a_runtime_spawns_nothing_and_says_so() {
    fn spawns_nothing() -> Option<i32> {
        let is_local = task::try_id().is_none();
        in_a_fork(|| {
            let panics: [fn(); 5] = [
                || drop(task::spawn(async {})),
                || drop(task::spawn_blocking(|| {})),
                || drop(Handle::current().spawn(async {})),
                || drop(task::JoinSet::new().spawn(async {})),
                || drop(task::spawn_local(async {})),
            ];
            let panics = &panics[..if is_local { 5 } else { 4 }];
            for panics in panics {
                let text = common::panic_of(panics);
                assert!(text.starts_with(MESSAGE), "{text}");
            }
            #[cfg(feature = "rayon")]
            {
                let text = common::panic_of(|| task::spawn_compute(|| {}));
                assert!(text.starts_with(MESSAGE), "{text}");
            }
        })
    }

    async fn forks() {
        assert_eq!(spawns_nothing(), Some(0));
        let task = task::spawn(async { spawns_nothing() });
        assert_eq!(task.await.unwrap(), Some(0));
        let closure = task::spawn_blocking(spawns_nothing);
        assert_eq!(closure.await.unwrap(), Some(0));
        let local = task::spawn_local(async { spawns_nothing() });
        assert_eq!(local.await.unwrap(), Some(0));
    }

    #[portable::main(flavor = "multi_thread")]
    async fn on_many_threads() {
        forks().await;
    }

    #[portable::main(flavor = "current_thread")]
    async fn on_one_thread() {
        forks().await;
    }

    let works = || {
        on_many_threads();
        on_one_thread();
        println!("end");
    };
    program!("what_is_forked_within_a_runtime_spawns_nothing_and_says_so")
        .run(works, |outcome| outcome.printed(&["end"]));
}

/// The copy of the runtime has no threads to wait for.
#[test]
fn a_runtime_that_was_there_may_be_dropped_and_asked() {
    let works = || {
        let start = || -> Vec<Runtime> {
            let builders = [Builder::new_current_thread(), Builder::new_multi_thread()];
            let build = |mut builder: Builder| {
                let runtime = builder.shutdown_timeout(Duration::MAX).build().unwrap();
                runtime.block_on(async { task::spawn(async {}).await.unwrap() });
                runtime.spawn(std::future::pending::<()>());
                let _running = runtime.spawn_blocking(|| thread::sleep(Duration::from_millis(100)));
                runtime
            };
            builders.into_iter().map(build).collect()
        };
        let runtimes = start();
        let status = in_a_fork(|| {
            for runtime in runtimes {
                let text = common::panic_of(|| runtime.block_on(async {}));
                assert!(text.starts_with(MESSAGE), "{text}");
                let handle = runtime.handle().clone();
                let text = common::panic_of(|| handle.block_on(async {}));
                assert!(text.starts_with(MESSAGE), "{text}");
                let text = common::panic_of(|| runtime.spawn(async {}));
                assert!(text.starts_with(MESSAGE), "{text}");
                let text = common::panic_of(|| runtime.spawn_blocking(|| ()));
                assert!(text.starts_with(MESSAGE), "{text}");
                drop(runtime);
            }
        });
        assert_eq!(status, Some(0));
        println!("end");
    };
    program!("a_runtime_that_was_there_may_be_dropped_and_asked")
        .run(works, |outcome| outcome.printed(&["end"]));
}
