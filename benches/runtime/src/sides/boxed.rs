//! Spawns on Embassy without a pool, in the way programs on stable Rust do by hand: the future is
//! boxed, and the storages of the tasks are leaked and used again.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use embassy_executor::raw::{AvailableTask, TaskStorage};
use embassy_executor::{Executor, Spawner};

type Boxed = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    /// The storages, with the least recently used first, because it is the most likely to be free.
    static STORAGES: RefCell<VecDeque<&'static TaskStorage<Boxed>>> = const {
        RefCell::new(VecDeque::new())
    };
    /// The spawner of the executor that runs.
    static SPAWNER: Cell<Option<Spawner>> = const { Cell::new(None) };
}

#[derive(Debug)]
enum State<T> {
    Running(Option<Waker>),
    Ended(Option<T>),
}

/// A handle that gives the output of a task.
#[derive(Debug)]
pub struct Joining<T>(Arc<Mutex<State<T>>>);

impl<T> Future for Joining<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let mut state = self.0.lock().expect("nobody panics");
        match &mut *state {
            State::Running(waker) => {
                *waker = Some(cx.waker().clone());
                Poll::Pending
            }
            State::Ended(output) => Poll::Ready(output.take().expect("it is awaited once")),
        }
    }
}

pub(super) fn spawn<F>(future: F) -> Joining<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let state = Arc::new(Mutex::new(State::Running(None)));
    let joining = Joining(state.clone());
    let boxed: Boxed = Box::pin(async move {
        let output = future.await;
        let mut state = state.lock().expect("nobody panics");
        if let State::Running(Some(waker)) =
            std::mem::replace(&mut *state, State::Ended(Some(output)))
        {
            waker.wake();
        }
    });
    let storage = available();
    let spawner = SPAWNER.get().expect("an executor runs");
    spawner.spawn(storage.initialize(|| boxed));
    joining
}

fn available() -> AvailableTask<Boxed> {
    STORAGES.with_borrow_mut(|storages| {
        let reused = storages.pop_front().and_then(|storage| {
            storages.push_back(storage);
            AvailableTask::claim(storage)
        });
        reused.unwrap_or_else(|| {
            let storage = Box::leak(Box::new(TaskStorage::new()));
            storages.push_back(storage);
            AvailableTask::claim(storage).expect("it is new")
        })
    })
}

/// Runs `main` to its end.
pub(super) fn run(main: impl Future<Output = ()> + 'static) {
    static IS_DONE: AtomicBool = AtomicBool::new(false);

    let executor = Box::leak(Box::new(Executor::new()));
    executor.run_until(
        |spawner| {
            SPAWNER.set(Some(spawner));
            let mut main = Box::pin(main);
            let main: Boxed = Box::pin(poll_fn(move |cx| {
                let polled = main.as_mut().poll(cx);
                IS_DONE.store(polled.is_ready(), Ordering::Relaxed);
                polled
            }));
            spawner.spawn(available().initialize(|| main));
        },
        || IS_DONE.load(Ordering::Relaxed),
    );
}
