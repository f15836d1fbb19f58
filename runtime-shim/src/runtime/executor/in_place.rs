//! `block_in_place`: a closure that blocks the thread of a task, and the thread that stands in.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::current_thread::CurrentThread;
use super::driver::Driver;
use super::local::Local;
use super::local_tasks;
use super::main_loop::MainLoop;
use super::scheduler::{self, Scheduler, Threads};
#[cfg(feature = "_workers")]
use super::workers::Workers;
use super::{blocking, budget, park};
use crate::runtime::context::{self, Role, ThreadContext};

/// Runs `f` on this thread. If the thread runs tasks, one of the threads for closures does so in its
/// place until `f` returns.
#[track_caller]
pub(super) fn block_in_place<T>(f: impl FnOnce() -> T) -> T {
    let Some(scheduler) = scheduler::current() else {
        return f();
    };
    if context::may_wait() {
        return f();
    }
    let runs_no_tasks = context::waits();
    if scheduler.tasks.is_closed() {
        return match runs_no_tasks {
            true => blocked(&scheduler, f),
            false => f(),
        };
    }
    #[cfg(feature = "custom")]
    let is_theirs = matches!(scheduler.threads, Threads::Theirs(_));
    #[cfg(not(feature = "custom"))]
    let is_theirs = false;
    if context::is_local() || !(scheduler.config.is_multi_thread || is_theirs || runs_no_tasks) {
        context::block_in_place_elsewhere();
    }
    match &scheduler.threads {
        #[cfg(feature = "_workers")]
        Threads::Workers(workers) if workers.are_here() => {
            let _stand_in = StandIn::start(&scheduler, |scheduler, until| {
                if let Threads::Workers(workers) = &scheduler.threads {
                    work(scheduler, workers, until);
                }
            });
            blocked(&scheduler, f)
        }
        // After an earlier call in the same poll, the thread that stood in may be gone already.
        Threads::Current(current) if context::polls() => {
            if current.is_here() {
                current.hand_over();
            }
            let _stand_in = StandIn::start(&scheduler, |scheduler, until| {
                #[allow(irrefutable_let_patterns, reason = "there may be no other threads")]
                if let Threads::Current(current) = &scheduler.threads {
                    drive(scheduler, current, until);
                }
            });
            let mut f = Some(f);
            let mut output = None;
            park::step_out(scheduler.kind(), &mut || {
                output = f.take().map(|f| blocked(&scheduler, f));
            });
            output.expect("the closure was called once")
        }
        // This thread runs no task of others. On a runtime of the user's own, others may stand in.
        _ => blocked(&scheduler, f),
    }
}

/// Runs `f` as a closure that may block.
fn blocked<T>(scheduler: &Scheduler, f: impl FnOnce() -> T) -> T {
    let _context = context::enter(ThreadContext::new(scheduler.kind(), Role::Blocks));
    budget::unconstrained(f)
}

/// Runs the tasks as one more worker until the future is ready.
#[cfg(feature = "_workers")]
fn work(
    scheduler: &Arc<Scheduler>,
    workers: &Workers,
    mut until: Pin<&mut dyn Future<Output = ()>>,
) {
    let _entered = scheduler::enter(scheduler, Role::Polls);
    let _counts = scheduler.counters.enter(None);
    let start = |index| scheduler.start_worker(index, None);
    let mut worker = pin!(workers.stand_in(&start));
    let future = pin!(poll_fn(|cx| {
        if until.as_mut().poll(cx).is_ready() {
            worker.retire();
            return Poll::Ready(());
        }
        worker.as_mut().poll(cx)
    }));
    budget::within(|| park::park_on(scheduler.kind(), future));
}

/// Runs the tasks of a flavour that has no workers until the future is ready.
fn drive(
    scheduler: &Arc<Scheduler>,
    current: &CurrentThread,
    until: Pin<&mut dyn Future<Output = ()>>,
) {
    let driver = Arc::new(Driver::default());
    let _entered = scheduler::enter(scheduler, Role::Polls);
    let _counts = scheduler.counters.enter(None);
    let local = Local::enter(&driver, &scheduler.counters);
    // Local tasks would end with this thread's turn.
    let _nowhere = local_tasks::enter_none();
    let main_loop = pin!(MainLoop::new(&driver, until, &local.local, Some(current)));
    budget::within(|| park::park_on(scheduler.kind(), main_loop));
}

/// The thread that stands in for a blocked one, which ends when this is dropped.
struct StandIn(Arc<Stop>);

impl StandIn {
    /// Lets `run` run the tasks until the future is ready.
    #[track_caller]
    fn start(
        scheduler: &Arc<Scheduler>,
        run: impl FnOnce(&Arc<Scheduler>, Pin<&mut dyn Future<Output = ()>>) + Send + 'static,
    ) -> Self {
        let stop = Arc::<Stop>::default();
        let its_stop = stop.clone();
        let its_scheduler = scheduler.clone();
        let closure = blocking::spawn_blocking(scheduler.clone(), move || {
            // If all threads were busy, the closure may come too late.
            if !its_stop.has_come() {
                run(&its_scheduler, pin!(poll_fn(|cx| its_stop.poll(cx))));
            }
        });
        drop(closure);
        Self(stop)
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.0.come();
    }
}

/// The end of the time for which a thread stands in.
#[derive(Default)]
struct Stop {
    has_come: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl Stop {
    fn has_come(&self) -> bool {
        self.has_come.load(Ordering::SeqCst)
    }

    fn come(&self) {
        self.has_come.store(true, Ordering::SeqCst);
        let waker = self.waker().take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        let is_known = self
            .waker()
            .as_ref()
            .is_some_and(|waker| waker.will_wake(cx.waker()));
        if !is_known {
            *self.waker() = Some(cx.waker().clone());
        }
        match self.has_come() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }

    fn waker(&self) -> MutexGuard<'_, Option<Waker>> {
        self.waker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
