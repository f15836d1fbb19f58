//! The loop of a thread inside `block_on`.

use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::budget;
use super::current_thread::CurrentThread;
use super::driver::Driver;
use super::local::Local;
use super::task::foreign;

/// The number of turns of `main` before the thread checks timers and sockets.
const ROUNDS: usize = 4;

/// The number of tasks that run after each turn of `main`.
const TASKS: usize = 32;

/// Polls the future of `block_on` when it is woken, and runs this thread's tasks.
pub(super) struct MainLoop<'a> {
    driver: &'a Arc<Driver>,
    main: Pin<&'a mut dyn Future<Output = ()>>,
    waker: Waker,
    local: &'a Local,
    /// The tasks of the current-thread flavour, or `None` if workers run the tasks.
    current: Option<&'a CurrentThread>,
    /// True if the last poll has left nothing to do.
    is_idle: bool,
    /// The number of turns in one poll.
    pub(super) rounds: usize,
    /// The number of tasks that run after each turn of `main`.
    tasks: usize,
}

impl<'a> MainLoop<'a> {
    pub(super) fn new(
        driver: &'a Arc<Driver>,
        main: Pin<&'a mut dyn Future<Output = ()>>,
        local: &'a Local,
        current: Option<&'a CurrentThread>,
    ) -> Self {
        driver.set_woken();
        let waker = Waker::from(driver.clone());
        foreign::ours(&waker);
        Self {
            driver,
            main,
            waker,
            local,
            current,
            is_idle: false,
            rounds: ROUNDS,
            tasks: TASKS,
        }
    }

    /// Sets the number of tasks after which the thread checks timers and sockets, and the number of
    /// those after which it takes one from the shared queue. Neither is zero.
    pub(super) fn set_intervals(&mut self, event: Option<u32>, global: Option<u32>) {
        if event.is_none() && global.is_none() {
            return;
        }
        let number = |given: Option<u32>, default| given.map_or(default, |given| given as usize);
        let event = number(event, ROUNDS * TASKS);
        self.tasks = number(global, TASKS).min(event);
        self.rounds = event / self.tasks;
    }

    /// Returns whether the last poll has left nothing to do.
    pub(super) fn is_idle(&self) -> bool {
        self.is_idle
    }

    /// Returns whether this thread runs the tasks of the current-thread flavour.
    #[cfg(feature = "test-util")]
    pub(super) fn drives(&self) -> bool {
        self.current
            .is_some_and(|current| current.try_drive(self.driver))
    }

    /// Runs ready work, within limits. Returns pending if none is left, `Ready(true)` if more may
    /// be left, and `Ready(false)` if `main` is done.
    fn turns(&mut self) -> Poll<bool> {
        let current = self
            .current
            .filter(|current| current.try_drive(self.driver));
        let _running = current.map(CurrentThread::enter);
        // `black_box` hides the number of rounds, or the compiler would unroll the loop.
        for _ in 0..black_box(self.rounds) {
            let mut is_idle = true;
            if self.driver.take_woken() {
                is_idle = false;
                let mut cx = Context::from_waker(&self.waker);
                if self.main.as_mut().poll(&mut cx).is_ready() {
                    return Poll::Ready(false);
                }
                // `main` may have woken itself because an operation was refused.
                if self.driver.is_woken() {
                    budget::end();
                }
            }
            // Several tasks run for each turn of `main`, because it often waits for several of
            // them, and then is not woken for each.
            let has_local = self.local.is_used();
            let mut left = self.tasks;
            while left > 0 {
                left -= 1;
                let local = if has_local {
                    self.local.run_one()
                } else {
                    None
                };
                // The last task comes from the shared queue, if there is one. Otherwise this
                // thread's own tasks could starve those of the other threads.
                let task = current.and_then(|current| current.run_one(left == 0));
                if local.is_none() && task.is_none() {
                    break;
                }
                is_idle = false;
                if local == Some(true) || task == Some(true) {
                    left = left.min(1);
                }
            }
            if is_idle {
                return Poll::Pending;
            }
        }
        Poll::Ready(true)
    }
}

impl Future for MainLoop<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let turn = self.driver.begin_turn(cx.waker());
        let turns = self.turns();
        drop(turn);
        self.is_idle = turns.is_pending();
        match turns {
            Poll::Ready(false) => Poll::Ready(()),
            Poll::Ready(true) => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Drop for MainLoop<'_> {
    fn drop(&mut self) {
        if let Some(current) = self.current {
            current.leave(self.driver);
        }
    }
}
