//! Runtimes of the kind that a user writes.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Wake, Waker};
use std::thread::{self, JoinHandle, Thread};

use portable::runtime::{CustomRuntime, Runnable};

/// A queue, and whether it is closed.
type Queue = (Mutex<(VecDeque<Runnable>, bool)>, Condvar);

/// Threads that take runnables from one queue. `main` waits beside them.
pub(crate) struct Pool {
    queue: Arc<Queue>,
    threads: Vec<JoinHandle<()>>,
}

impl Pool {
    pub(crate) fn new(threads: usize) -> Self {
        let queue = Arc::new(Queue::default());
        let start = |_| {
            let queue = queue.clone();
            thread::spawn(move || serve(&queue))
        };
        Self {
            threads: (0..threads).map(start).collect(),
            queue,
        }
    }
}

fn serve((queue, changed): &Queue) {
    loop {
        let mut state = queue.lock().unwrap();
        let runnable = loop {
            match state.0.pop_front() {
                Some(runnable) => break runnable,
                None if state.1 => return,
                None => state = changed.wait(state).unwrap(),
            }
        };
        drop(state);
        runnable.run();
    }
}

impl CustomRuntime for Pool {
    fn schedule(&self, runnable: Runnable) {
        self.queue.0.lock().unwrap().0.push_back(runnable);
        self.queue.1.notify_one();
    }

    fn name(&self) -> &'static str {
        "pool"
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.queue.0.lock().unwrap().1 = true;
        self.queue.1.notify_all();
        for thread in self.threads.drain(..) {
            thread.join().unwrap();
        }
    }
}

/// A runtime without threads: the thread inside `block_on` runs everything.
#[derive(Default)]
pub(crate) struct OneThread {
    queue: Mutex<VecDeque<Runnable>>,
    main: Mutex<Option<Thread>>,
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

impl OneThread {
    /// Takes the next runnable. The lock is not held while it runs.
    fn next(&self) -> Option<Runnable> {
        self.queue.lock().unwrap().pop_front()
    }
}

impl CustomRuntime for OneThread {
    fn schedule(&self, runnable: Runnable) {
        self.queue.lock().unwrap().push_back(runnable);
        if let Some(main) = &*self.main.lock().unwrap() {
            main.unpark();
        }
    }

    fn block_on(&self, mut future: Pin<&mut dyn Future<Output = ()>>) {
        *self.main.lock().unwrap() = Some(thread::current());
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut cx = Context::from_waker(&waker);
        while future.as_mut().poll(&mut cx).is_pending() {
            match self.next() {
                Some(runnable) => runnable.run(),
                None => thread::park(),
            }
        }
    }

    fn name(&self) -> &'static str {
        "one-thread"
    }
}
