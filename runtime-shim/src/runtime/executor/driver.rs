//! The thread inside `block_on`: who wakes it, and what it runs.

use std::cell::Cell;
use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::ptr;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use super::local::Local;
use super::scheduler::{Scheduler, Threads};
use super::sync::atomic::{AtomicBool, Ordering};
use super::sync::{Mutex, thread_local};
use super::{budget, foreign};

/// Turns of `main` before the thread looks at timers and sockets.
const ROUNDS: usize = 4;

/// Tasks that are run after each turn of `main`.
const TASKS: usize = 32;

thread_local! {
    /// The driver whose turn it is on this thread.
    static INSIDE: Cell<*const Driver> = const { Cell::new(ptr::null()) };
}

/// A call of `block_on`, as wakers see it.
#[derive(Debug, Default)]
pub(super) struct Driver {
    /// Whether the future of the call is to be polled.
    main: AtomicBool,
    /// Wakes the thread.
    thread: Mutex<Option<Waker>>,
}

impl Driver {
    /// Wakes the thread, unless this is that thread and it is going to look anyway.
    pub(super) fn wake_thread(&self) {
        if !ptr::eq(INSIDE.with(Cell::get), self) {
            let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(waker) = &*thread {
                waker.wake_by_ref();
            }
        }
    }

    fn set_thread(&self, waker: &Waker) {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if !thread
            .as_ref()
            .is_some_and(|thread| thread.will_wake(waker))
        {
            *thread = Some(waker.clone());
        }
    }
}

impl Wake for Driver {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.main.swap(true, Ordering::SeqCst) {
            self.wake_thread();
        }
    }
}

/// Polls the future of `block_on` when it is woken, and runs this thread's tasks.
pub(super) struct MainLoop<'a> {
    driver: &'a Arc<Driver>,
    main: Pin<&'a mut dyn Future<Output = ()>>,
    waker: Waker,
    local: &'a Local,
    scheduler: &'a Arc<Scheduler>,
}

impl<'a> MainLoop<'a> {
    pub(super) fn new(
        driver: &'a Arc<Driver>,
        main: Pin<&'a mut dyn Future<Output = ()>>,
        local: &'a Local,
        scheduler: &'a Arc<Scheduler>,
    ) -> Self {
        driver.main.store(true, Ordering::SeqCst);
        let waker = Waker::from(driver.clone());
        foreign::ours(&waker);
        Self {
            driver,
            main,
            waker,
            local,
            scheduler,
        }
    }

    /// Does what there is to do, within limits. Says whether there may be more.
    fn turns(&mut self) -> Poll<bool> {
        let current = match &self.scheduler.threads {
            Threads::Current(current) if current.try_drive(self.driver) => Some(current),
            _ => None,
        };
        let _running = current.map(|current| current.enter(self.scheduler));
        // The compiler is not told how often, or it would write the loop out so often.
        for _ in 0..black_box(ROUNDS) {
            let mut is_idle = true;
            if self.driver.main.swap(false, Ordering::SeqCst) {
                is_idle = false;
                let mut cx = Context::from_waker(&self.waker);
                if self.main.as_mut().poll(&mut cx).is_ready() {
                    return Poll::Ready(false);
                }
                // Perhaps by itself, because it was refused something.
                if self.driver.main.load(Ordering::Relaxed) {
                    budget::end();
                }
            }
            // Several tasks to one turn of `main`: it mostly waits for more than one of them, and
            // then is not woken for each.
            let has_local = self.local.is_used();
            let mut left = TASKS;
            while left > 0 {
                left -= 1;
                let local = if has_local {
                    self.local.run_one()
                } else {
                    None
                };
                // The last comes from the other threads, if they have queued any: else this thread's
                // own could keep them away.
                let task = current.and_then(|current| current.run_one(self.scheduler, left == 0));
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
        struct Outside;

        impl Drop for Outside {
            fn drop(&mut self) {
                INSIDE.with(|inside| inside.set(ptr::null()));
            }
        }

        self.driver.set_thread(cx.waker());
        INSIDE.with(|inside| inside.set(Arc::as_ptr(self.driver)));
        let outside = Outside;
        let turns = self.turns();
        drop(outside);
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
        if let Threads::Current(current) = &self.scheduler.threads {
            current.leave(self.driver, self.scheduler);
        }
    }
}
