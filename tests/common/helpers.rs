//! Values, wakers and waits that the contract's tests share. The package of the contract has this file
//! too, by a symbolic link.

use std::any::Any;
use std::cell::RefCell;
use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use portable::task::{self, JoinHandle};
use portable::time;

/// Runs a closure when it is dropped.
pub(crate) struct OnDrop<F: FnOnce()>(Option<F>);

impl<F: FnOnce()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        if let Some(f) = self.0.take() {
            f();
        }
    }
}

/// Closures that a thread-local runs at the end of its thread.
pub(crate) type AtTheEnd = RefCell<Vec<OnDrop<Box<dyn FnOnce()>>>>;

pub(crate) fn on_drop<F: FnOnce()>(f: F) -> OnDrop<F> {
    OnDrop(Some(f))
}

/// A number that its clones share.
#[derive(Clone, Default)]
pub(crate) struct Counter(Arc<AtomicUsize>);

impl Counter {
    pub(crate) fn add_one(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    /// Returns a value that adds one when it is dropped.
    pub(crate) fn on_drop(&self) -> OnDrop<impl FnOnce() + Send + Sync + 'static> {
        let counter = self.clone();
        on_drop(move || counter.add_one())
    }
}

/// A waker that counts its wake-ups.
#[derive(Default)]
pub(crate) struct Wakes(AtomicUsize);

impl Wakes {
    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Polls a future once, with a waker that does nothing.
pub(crate) fn poll_once<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Waits for a future on this thread, using only the standard library.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut cx = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// Yields until `condition` holds.
pub(crate) async fn eventually(condition: impl Fn() -> bool) {
    while !condition() {
        task::yield_now().await;
    }
}

/// Repeats an operation on what the peer has closed until it fails, and returns the error.
///
/// A child that another test is just starting may still own what was closed, for which the operating system
/// then takes it as open.
pub(crate) async fn error_of_closed<T>(
    mut operation: impl AsyncFnMut() -> io::Result<T>,
) -> io::Error {
    loop {
        if let Err(error) = operation().await {
            return error;
        }
        time::sleep(Duration::from_millis(1)).await;
    }
}

/// Yields on a plain thread until `condition` holds.
pub(crate) fn eventually_blocking(condition: impl Fn() -> bool) {
    while !condition() {
        thread::yield_now();
    }
}

/// Returns the message with which `f` panics.
#[track_caller]
pub(crate) fn panic_of<T>(f: impl FnOnce() -> T) -> String {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(_) => panic!("it did not panic"),
        Err(payload) => text_of(payload),
    }
}

/// Returns the message with which a task panicked.
#[track_caller]
pub(crate) fn panic_of_task<T>(result: Result<T, task::JoinError>) -> String {
    match result {
        Ok(_) => panic!("the task did not panic"),
        Err(error) => text_of(error.into_panic()),
    }
}

#[track_caller]
pub(crate) fn text_of(payload: Box<dyn Any + Send>) -> String {
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => (*payload.downcast::<&str>().expect("no text")).into(),
    }
}

/// Uses as many bytes of the stack.
pub(crate) fn use_stack(bytes: usize) {
    #[inline(never)]
    fn deeper(start: usize, bytes: usize) -> u8 {
        let frame = std::hint::black_box([1_u8; 1024]);
        let here = (&raw const frame).addr();
        if start - here < bytes {
            deeper(start, bytes).wrapping_add(frame[0])
        } else {
            frame[0]
        }
    }

    let start = 0_u8;
    deeper((&raw const start).addr(), bytes);
}

/// Spawns a task that waits for ever, and returns once it does.
pub(crate) async fn spawn_waiting<T: Send + 'static>(kept: T) -> JoinHandle<()> {
    let (started, is_started) = futures::channel::oneshot::channel();
    let task = task::spawn(async move {
        let _kept = kept;
        started.send(()).expect("the test waits for it");
        std::future::pending().await
    });
    is_started.await.expect("the task runs");
    task
}
