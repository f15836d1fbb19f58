//! Threads, which the system may refuse to start.

use std::cell::Cell;
use std::io;

pub(crate) use loom::thread::current;

thread_local! {
    // A model's threads all run on the thread of its test.
    static ALLOWED: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Lets only so many threads start from here on.
pub(crate) fn allow(threads: usize) {
    ALLOWED.set(threads);
}

pub(crate) struct Builder(loom::thread::Builder);

impl Builder {
    pub(crate) fn new() -> Self {
        Self(loom::thread::Builder::new())
    }

    pub(crate) fn spawn(self, f: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
        let allowed = ALLOWED.get();
        if allowed == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        ALLOWED.set(allowed - 1);
        self.0.spawn(f).map(JoinHandle)
    }
}

#[derive(Debug)]
pub(crate) struct JoinHandle<T>(loom::thread::JoinHandle<T>);

impl<T> JoinHandle<T> {
    pub(crate) fn join(self) -> std::thread::Result<T> {
        self.0.join()
    }

    pub(crate) fn thread(&self) -> &loom::thread::Thread {
        self.0.thread()
    }

    /// Always returns `false`: loom's threads do not tell. A thread that has ended may look as if
    /// it were still about to.
    pub(crate) fn is_finished(&self) -> bool {
        false
    }
}
