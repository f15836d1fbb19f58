//! The least that a runtime of one's own can be: a queue, and the thread inside `block_on`.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Wake, Waker};
use std::thread::{self, Thread};

use portable::runtime::{CustomRuntime, Runnable};

#[derive(Default)]
pub(crate) struct Custom(Mutex<State>);

#[derive(Default)]
struct State {
    ready: VecDeque<Runnable>,
    /// The thread inside `block_on`, while it sleeps.
    sleeper: Option<Thread>,
}

impl Custom {
    fn with<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl CustomRuntime for Custom {
    fn schedule(&self, runnable: Runnable) {
        let sleeper = self.with(|state| {
            state.ready.push_back(runnable);
            state.sleeper.take()
        });
        if let Some(sleeper) = sleeper {
            sleeper.unpark();
        }
    }

    fn block_on(&self, mut future: Pin<&mut dyn Future<Output = ()>>) {
        let main = Arc::new(Main {
            woken: AtomicBool::new(true),
            thread: thread::current(),
        });
        let waker = Waker::from(main.clone());
        let mut cx = Context::from_waker(&waker);
        loop {
            if main.woken.swap(false, Ordering::SeqCst) && future.as_mut().poll(&mut cx).is_ready()
            {
                return;
            }
            let next = self.with(|state| {
                let next = state.ready.pop_front();
                if next.is_none() {
                    state.sleeper = Some(thread::current());
                }
                next
            });
            match next {
                Some(runnable) => runnable.run(),
                None if main.woken.load(Ordering::SeqCst) => {}
                None => thread::park(),
            }
        }
    }
}

struct Main {
    woken: AtomicBool,
    thread: Thread,
}

impl Wake for Main {
    fn wake(self: Arc<Self>) {
        self.woken.store(true, Ordering::SeqCst);
        // Without the check each wake-up by a task on this thread would be a system call.
        if thread::current().id() != self.thread.id() {
            self.thread.unpark();
        }
    }
}
