//! Plain threads, which belong to no runtime: they wake, abort and wait from outside.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use crate::failures;
use crate::world::lock;

type Work = Box<dyn FnOnce() + Send>;

pub(crate) struct Helpers {
    /// The queue of work that never waits.
    quick: Mutex<Option<Sender<Work>>>,
    /// The queue of work that waits for tasks. Tasks may wait for the quick work, so this work has
    /// other threads.
    slow: Mutex<Option<Sender<Work>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Helpers {
    pub(crate) fn start() -> Arc<Self> {
        let (quick, quick_work) = channel();
        let (slow, slow_work) = channel();
        let mut threads = Vec::new();
        for work in [quick_work, slow_work] {
            let work = Arc::new(Mutex::new(work));
            for _ in 0..2 {
                let work = work.clone();
                threads.push(thread::spawn(move || serve(&work)));
            }
        }
        Arc::new(Self {
            quick: Mutex::new(Some(quick)),
            slow: Mutex::new(Some(slow)),
            threads: Mutex::new(threads),
        })
    }

    /// Queues work that never waits.
    pub(crate) fn quick(&self, work: impl FnOnce() + Send + 'static) {
        send(&self.quick, Box::new(work));
    }

    /// Queues work that may wait for tasks.
    pub(crate) fn slow(&self, work: impl FnOnce() + Send + 'static) {
        send(&self.slow, Box::new(work));
    }

    /// Ends the threads, once all work is done.
    pub(crate) fn end(&self) {
        lock(&self.quick).take();
        lock(&self.slow).take();
        for thread in std::mem::take(&mut *lock(&self.threads)) {
            if thread.join().is_err() {
                failures::add("a helper thread panicked".into());
            }
        }
    }
}

fn send(sender: &Mutex<Option<Sender<Work>>>, work: Work) {
    let unsent = match &*lock(sender) {
        Some(sender) => sender.send(work).err().map(|error| error.0),
        None => Some(work),
    };
    if let Some(work) = unsent {
        work();
    }
}

fn serve(work: &Mutex<Receiver<Work>>) {
    loop {
        let next = lock(work).recv();
        let Ok(work) = next else { return };
        if catch_unwind(AssertUnwindSafe(work)).is_err() {
            failures::add("a panic reached a plain thread".into());
        }
    }
}

impl fmt::Debug for Helpers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Helpers").finish_non_exhaustive()
    }
}
