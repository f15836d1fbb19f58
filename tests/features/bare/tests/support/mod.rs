//! A thread for the executor, and a `block_on` for tests outside of it.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Once, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use embassy_executor::Executor;

/// Starts the executor of this process, which all tests share.
pub fn start() {
    static START: Once = Once::new();

    START.call_once(|| {
        let (started, wait) = mpsc::channel();
        thread::spawn(move || {
            let executor = Box::leak(Box::new(Executor::new()));
            executor.run(|spawner| {
                portable::runtime::set_spawner(spawner.make_send());
                started.send(()).unwrap();
            });
        });
        wait.recv().unwrap();
    });
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Awaits a future on this thread, which is not the executor's.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut cx = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// A value that counts how many of its kind are alive.
#[derive(Debug)]
pub struct Counted(&'static AtomicUsize);

impl Counted {
    pub fn new(alive: &'static AtomicUsize) -> Self {
        alive.fetch_add(1, Ordering::SeqCst);
        Self(alive)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let alive = self.0.fetch_sub(1, Ordering::SeqCst);
        assert!(alive > 0, "it is dropped twice");
    }
}
