//! The tasks that are ready, and when they are polled.
//!
//! A panic does not unwind here: the browser gets an exception, and what follows in the function never
//! runs. So nothing is borrowed while a task is polled, and the next call of the browser is asked for
//! before. Then the other tasks go on.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use super::budget;
use super::task::{self, Runnable};
use portable_browser::{self as js, Callback, Messages};

/// The milliseconds after which a turn gives the page its own: half of what a frame takes.
const TURN: f64 = 8.0;

/// The number of polls between two looks at the clock.
const BATCH: usize = 61;

/// A poll that uses up its budget counts as this many additional polls.
const LONG: usize = 24;

thread_local! {
    static QUEUE: RefCell<VecDeque<Runnable>> = const { RefCell::new(VecDeque::new()) };
    static ASKED: Cell<Asked> = const { Cell::new(Asked::Nothing) };
    static MICROTASK: Callback = js::callback(microtask);
    static MESSAGES: Messages = Messages::new(turn);
}

/// What the browser has been asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Nothing,
    /// A call as soon as the code that runs has returned.
    Microtask,
    /// A call after the events that wait, although a microtask may be there too.
    Message,
}

/// Queues a task that is to be polled.
pub(super) fn push(runnable: Runnable) {
    QUEUE.with_borrow_mut(|queue| queue.push_back(runnable));
    ask();
}

fn ask() {
    if ASKED.get() == Asked::Nothing {
        ASKED.set(Asked::Microtask);
        MICROTASK.with(js::queue_microtask);
    }
}

fn microtask() {
    if ASKED.get() == Asked::Microtask {
        turn();
    }
}

/// Polls tasks until none is ready or the page is to have its turn.
fn turn() {
    ASKED.set(Asked::Nothing);
    // A callback of the page that polls something has no budget to spend.
    let _budget = budget::unlimited();
    budget::within(|| {
        let start = js::now();
        let mut left = BATCH;
        while let Some(runnable) = next() {
            left -= 1;
            if task::run(runnable) {
                left = left.saturating_sub(LONG);
            }
            if left == 0 {
                if js::now() - start >= TURN && !is_empty() {
                    ASKED.set(Asked::Message);
                    MESSAGES.with(Messages::send);
                    return;
                }
                left = BATCH;
            }
        }
    });
}

/// Takes the next task. The others get a turn even if it panics.
fn next() -> Option<Runnable> {
    let runnable = QUEUE.with_borrow_mut(VecDeque::pop_front);
    if !is_empty() {
        ask();
    }
    runnable
}

fn is_empty() -> bool {
    QUEUE.with_borrow(VecDeque::is_empty)
}
