//! Functions with `#[portable::main]` that are not the program's `main` (contract 9 and 14): the
//! time at which their arguments are dropped, and the caller that their panic names.

use std::cell::{Cell, RefCell};
use std::future::ready;
use std::panic::{self, catch_unwind};
use std::sync::Once;
use std::thread;

use crate::common::{self, on_both_flavors};
use portable::runtime::{self, Builder};
use portable::task;

on_both_flavors! {
    arguments_end_as_those_of_an_async_function,
    arguments_end_inside_when_the_body_panics,
    a_call_in_a_task_names_the_caller,
}

thread_local! {
    /// The values that were dropped on this thread, and other events.
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// The runtime that the functions below run on.
    static RUNTIME: Cell<&'static str> = const { Cell::new("") };
    /// The place of the last panic of this thread.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

fn log(what: impl Into<String>) {
    LOG.with_borrow_mut(|log| log.push(what.into()));
}

/// A value that logs its drop, and whether that is inside a runtime, where no thread may block.
struct Noisy(&'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        let is_inside = catch_unwind(|| portable::block_on(ready(()))).is_err();
        log(format!(
            "{}{}",
            self.0,
            if is_inside { "" } else { " outside" }
        ));
    }
}

type Pair = (Noisy, Noisy);

struct Service {
    used: Noisy,
    _unused: Noisy,
}

macro_rules! define {
    ($flavor:literal $module:ident) => {
        mod $module {
            use super::*;

            #[portable::main(flavor = $flavor, runtime = RUNTIME.get())]
            pub(super) async fn function(_: Noisy, (_a, _): Pair, c: Noisy, panics: bool) {
                body(panics).await;
                let _c = &c;
            }

            impl Service {
                #[portable::main(flavor = $flavor, runtime = RUNTIME.get())]
                pub(super) async fn $module(
                    self,
                    _: Noisy,
                    (_a, _): Pair,
                    _c: Noisy,
                    panics: bool,
                ) {
                    let _part = &self.used;
                    body(panics).await;
                }
            }
        }
    };
}

define!("multi_thread" on_workers);
define!("current_thread" on_one_thread);

async fn body(panics: bool) {
    let _local = Noisy("local");
    task::yield_now().await;
    log("body");
    assert!(!panics, "on purpose");
}

async fn plain(_: Noisy, (_a, _): Pair, c: Noisy, panics: bool) {
    body(panics).await;
    let _c = &c;
}

impl Service {
    async fn plain(self, _: Noisy, (_a, _): Pair, _c: Noisy, panics: bool) {
        let _part = &self.used;
        body(panics).await;
    }
}

fn arguments() -> (Noisy, Pair, Noisy) {
    let pair = (Noisy("second.0"), Noisy("second.1"));
    (Noisy("first"), pair, Noisy("third"))
}

fn service() -> Service {
    Service {
        used: Noisy("self.used"),
        _unused: Noisy("self._unused"),
    }
}

/// Returns the log of each way to call the functions. The plain `async fn` is the first.
fn logs(panics: bool) -> [Vec<Vec<String>>; 2] {
    let logged = |call: &dyn Fn()| {
        assert_eq!(
            panic::catch_unwind(panic::AssertUnwindSafe(call)).is_err(),
            panics
        );
        LOG.take()
    };
    let runtime = Builder::new_current_thread().runtime(RUNTIME.get()).build();
    let runtime = runtime.unwrap();
    let functions = [
        logged(&|| {
            let (a, b, c) = arguments();
            runtime.block_on(plain(a, b, c, panics));
        }),
        logged(&|| {
            let (a, b, c) = arguments();
            on_workers::function(a, b, c, panics);
        }),
        logged(&|| {
            let (a, b, c) = arguments();
            on_one_thread::function(a, b, c, panics);
        }),
    ];
    let methods = [
        logged(&|| {
            let (a, b, c) = arguments();
            runtime.block_on(service().plain(a, b, c, panics));
        }),
        logged(&|| {
            let (a, b, c) = arguments();
            service().on_workers(a, b, c, panics);
        }),
        logged(&|| {
            let (a, b, c) = arguments();
            service().on_one_thread(a, b, c, panics);
        }),
    ];
    [functions.into(), methods.into()]
}

/// Runs `f` on a thread that is in no runtime.
async fn on_a_plain_thread(f: impl FnOnce() + Send + 'static) {
    let name = runtime::current();
    let run = move || {
        RUNTIME.set(name);
        f();
    };
    let join = move || thread::spawn(run).join();
    task::spawn_blocking(join).await.unwrap().unwrap();
}

async fn arguments_end_as_those_of_an_async_function() {
    on_a_plain_thread(|| {
        for logs in logs(false) {
            let [plain, annotated @ ..] = &logs[..] else {
                panic!("there is one for each");
            };
            assert!(plain.len() >= 6, "{plain:?}");
            assert!(
                plain.iter().all(|line| !line.contains("outside")),
                "{plain:?}"
            );
            for log in annotated {
                assert_eq!(log, plain);
            }
        }
    })
    .await;
}

async fn arguments_end_inside_when_the_body_panics() {
    on_a_plain_thread(|| {
        for logs in logs(true) {
            for log in logs {
                assert!(log.len() >= 6, "{log:?}");
                assert!(log.iter().all(|line| !line.contains("outside")), "{log:?}");
            }
        }
    })
    .await;
}

#[portable::main(runtime = RUNTIME.get())]
async fn called() {}

#[portable::main(runtime = RUNTIME.get(), flavor = "current_thread", init = || (), name = "a")]
async fn called_with<T>(_: T) -> Result<T, T> {
    panic!("nobody gets here")
}

struct Called;

impl Called {
    #[portable::main]
    async fn method(&self) -> u8 {
        7
    }

    #[portable::main(runtime = RUNTIME.get(), flavor = "local")]
    async fn associated() -> Self {
        Self
    }
}

/// Returns the place at which `f` panics.
fn place_of(f: impl FnOnce()) -> String {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let place = info
                .location()
                .map(|place| format!("{}:{}", place.file(), place.line()));
            let _ = PLACE.try_with(|last| last.replace(place.unwrap_or_default()));
            hook(info);
        }));
    });
    let text = common::panic_of(f);
    assert!(
        text.starts_with("portable: `block_on` was called on a thread"),
        "{text}"
    );
    PLACE.take()
}

// A function passed instead of the closure would be called from another place.
#[allow(clippy::redundant_closure)]
fn assert_each_names_its_caller(name: &'static str) {
    RUNTIME.set(name);
    let handle = runtime::Handle::current();
    let here = |line: u32| format!("{}:{line}", file!());
    let (place, line) = (place_of(|| called()), line!());
    assert_eq!(place, here(line));
    let (place, line) = (place_of(|| _ = called_with(7)), line!());
    assert_eq!(place, here(line));
    let (place, line) = (place_of(|| _ = Called.method()), line!());
    assert_eq!(place, here(line));
    let (place, line) = (place_of(|| _ = Called::associated()), line!());
    assert_eq!(place, here(line));
    let (place, line) = (place_of(|| portable::block_on(ready(()))), line!());
    assert_eq!(place, here(line));
    let (place, line) = (place_of(|| handle.block_on(ready(()))), line!());
    assert_eq!(place, here(line));
}

async fn a_call_in_a_task_names_the_caller() {
    let name = runtime::current();
    assert_each_names_its_caller(name);
    let task = task::spawn(async move { assert_each_names_its_caller(name) });
    task.await.unwrap();
    let local = task::spawn_local(async move { assert_each_names_its_caller(name) });
    local.await.unwrap();
}
