//! Runtimes that keep the contract.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Wake, Waker};
use std::thread;

use portable::runtime::{CustomRuntime, Runnable};

/// A queue that threads wait at.
#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    runnables: VecDeque<Runnable>,
    is_closed: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, runnable: Runnable) {
        self.lock().runnables.push_back(runnable);
        self.changed.notify_all();
    }

    /// Tells all threads to look again.
    fn tell(&self) {
        drop(self.lock());
        self.changed.notify_all();
    }

    /// Waits for a task that is to be polled. Returns `None` when the queue is closed, or when
    /// `is_enough` holds.
    fn pop(&self, is_enough: impl Fn() -> bool) -> Option<Runnable> {
        let mut waiting = self.lock();
        while waiting.runnables.is_empty() && !waiting.is_closed && !is_enough() {
            let woken = self.changed.wait(waiting);
            waiting = woken.unwrap_or_else(PoisonError::into_inner);
        }
        waiting.runnables.pop_front()
    }
}

/// A runtime with threads of its own.
pub(crate) struct Threads(Arc<Queue>);

impl Threads {
    pub(crate) fn new() -> Self {
        let queue = Arc::new(Queue::default());
        for _ in 0..2 {
            let queue = queue.clone();
            thread::spawn(move || {
                while let Some(runnable) = queue.pop(|| false) {
                    runnable.run();
                }
            });
        }
        Self(queue)
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.0.lock().is_closed = true;
        self.0.tell();
    }
}

impl CustomRuntime for Threads {
    fn schedule(&self, runnable: Runnable) {
        self.0.push(runnable);
    }

    fn name(&self) -> &'static str {
        "threads"
    }
}

/// A runtime whose tasks run on the threads inside `block_on`.
#[derive(Default)]
struct Inside(Arc<Queue>);

/// Wakes a thread inside `block_on`.
struct Woken {
    is_woken: AtomicBool,
    queue: Arc<Queue>,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.is_woken.store(true, Ordering::SeqCst);
        self.queue.tell();
    }
}

impl CustomRuntime for Inside {
    fn schedule(&self, runnable: Runnable) {
        self.0.push(runnable);
    }

    fn block_on(&self, mut future: Pin<&mut dyn Future<Output = ()>>) {
        let woken = Arc::new(Woken {
            is_woken: AtomicBool::new(true),
            queue: self.0.clone(),
        });
        let waker = Waker::from(woken.clone());
        let mut cx = Context::from_waker(&waker);
        loop {
            if woken.is_woken.swap(false, Ordering::SeqCst)
                && future.as_mut().poll(&mut cx).is_ready()
            {
                return self.0.tell();
            }
            if let Some(runnable) = self.0.pop(|| woken.is_woken.load(Ordering::SeqCst)) {
                runnable.run();
            }
        }
    }

    fn name(&self) -> &'static str {
        "inside"
    }
}

mod threads {
    portable_contract::contract! {
        runtime: super::Threads::new(),
        flavor: multi_thread,
    }
}

mod inside {
    portable_contract::contract! {
        runtime: super::Inside::default(),
        flavor: current_thread,
    }
}
