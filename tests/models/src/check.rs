//! Helpers that the models share.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use loom::sync::{Condvar, Mutex};

/// Runs a model in all orders in which threads are interrupted at most `preemptions` times
/// altogether where they could have gone on. `LOOM_MAX_PREEMPTIONS` takes precedence.
///
/// The bound of a model is one that a debug build checks within a few seconds, and high enough that
/// the omission of any step of the protocol is found.
pub(crate) fn check(preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    if builder.preemption_bound.is_none() {
        builder.preemption_bound = Some(preemptions);
    }
    builder.check(model);
}

/// A place where a thread sleeps.
#[derive(Debug, Default)]
pub(crate) struct Park {
    is_woken: Mutex<bool>,
    wake: Condvar,
}

impl Park {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn waker(self: &Arc<Self>) -> Waker {
        Waker::from(self.clone())
    }

    pub(crate) fn park(&self) {
        let mut is_woken = self.is_woken.lock().unwrap();
        while !std::mem::take(&mut *is_woken) {
            is_woken = self.wake.wait(is_woken).unwrap();
        }
    }
}

impl Wake for Park {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        *self.is_woken.lock().unwrap() = true;
        self.wake.notify_one();
    }
}

/// Waits for `future`. The waker changes once, as when the thread turns to the reactor.
pub(crate) fn block_on(future: Pin<&mut dyn Future<Output = ()>>) {
    poll_on([Park::new(), Park::new()], false, future);
}

/// Waits for `future`, with one spurious poll before the first sleep.
pub(crate) fn block_on_restless(future: Pin<&mut dyn Future<Output = ()>>) {
    poll_on([Park::new(), Park::new()], true, future);
}

fn poll_on(
    [first, then]: [Arc<Park>; 2],
    mut is_restless: bool,
    mut future: Pin<&mut dyn Future<Output = ()>>,
) {
    let mut park = &first;
    loop {
        let waker = park.waker();
        if future
            .as_mut()
            .poll(&mut Context::from_waker(&waker))
            .is_ready()
        {
            return;
        }
        if !std::mem::take(&mut is_restless) {
            park.park();
        }
        park = &then;
    }
}
