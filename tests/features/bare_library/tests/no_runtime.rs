//! Without a runtime every call panics with the same message.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Waker};

use portable::time::{Duration, Instant, sleep};

fn panics(call: impl FnOnce()) {
    let panic = catch_unwind(AssertUnwindSafe(call)).unwrap_err();
    assert_eq!(
        *panic.downcast::<&str>().unwrap(),
        "portable: no runtime is compiled in; in the application's Cargo.toml turn on the feature of \
         one, such as `tokio` or `smol`, or for firmware `embassy`"
    );
}

#[test]
fn what_needs_a_runtime_panics_with_one_text() {
    for _ in 0..3 {
        panics(|| drop(bare_library::start(1)));
    }
    panics(|| drop(bare_library::seconds()));
    panics(|| drop(Instant::now()));
    panics(|| drop(sleep(Duration::ZERO)));
    panics(|| drop(portable::runtime::current()));
    #[cfg(feature = "alloc")]
    panics(|| drop(portable::spawn(async {})));
    assert!(portable::runtime::available().is_empty());
}

#[test]
fn what_needs_none_works() {
    let mut yielding = pin!(portable::task::yield_now());
    let mut cx = Context::from_waker(Waker::noop());
    let mut polls = 1;
    while yielding.as_mut().poll(&mut cx).is_pending() {
        polls += 1;
    }
    assert!(polls > 1);
}
