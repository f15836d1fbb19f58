//! The thread inside `block_on`: an Embassy executor with one task, which polls the future.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use embassy_executor::Executor;
use embassy_executor::raw::{AvailableTask, TaskStorage};
use embassy_time::{Duration, Timer};

use crate::runtime::refused;
use crate::runtime::timers::Heap;
use crate::waker::Kept;

/// All executors that were ever started. The list keeps them reachable, so that they do not count
/// as leaked.
static HOSTS: Mutex<Vec<&'static Host>> = Mutex::new(Vec::new());

thread_local! {
    /// The timers of the executor that is polling on this thread.
    static TIMERS: RefCell<Option<Arc<Timers>>> = const { RefCell::new(None) };
}

/// The part of a `block_on` call that is never freed.
struct Host {
    task: TaskStorage<Task>,
    /// The end of the future.
    ended: Mutex<Option<Result<(), Payload>>>,
}

type Payload = Box<dyn Any + Send>;

/// Polls the future until it is done, as a task of an Embassy executor on this thread.
pub(super) fn run(future: Pin<&mut dyn Future<Output = ()>>) {
    let host: &'static Host = Box::leak(Box::new(Host {
        task: TaskStorage::new(),
        ended: Mutex::new(None),
    }));
    lock(&HOSTS).push(host);
    let timers = Arc::new(Timers::default());
    let task = Task {
        // SAFETY: only the executor below polls the task, within `run_until`, which is called once.
        // It returns when the future has ended, and by then the task has been dropped. If it
        // unwinds because another task panics, nothing polls the executor again.
        future: unsafe {
            mem::transmute::<
                Pin<&mut dyn Future<Output = ()>>,
                Pin<&'static mut dyn Future<Output = ()>>,
            >(future)
        },
        host,
        timers: timers.clone(),
    };
    let end = OnEnd(timers);
    let executor: &'static mut Executor = Box::leak(Box::new(Executor::new()));
    executor.run_until(
        |spawner| {
            let storage = AvailableTask::claim(&host.task).expect("the storage is new");
            spawner.spawn(storage.initialize(|| task));
        },
        || lock(&host.ended).is_some(),
    );
    drop(end);
    let ended = lock(&host.ended).take();
    if let Some(Err(payload)) = ended {
        resume_unwind(payload);
    }
}

/// Wakes the tasks that wait for a timer here, because they have to wait elsewhere.
struct OnEnd(Arc<Timers>);

impl Drop for OnEnd {
    fn drop(&mut self) {
        if let Some(waiting) = self.0.0.get() {
            waiting.wake_all();
        }
    }
}

/// Runs `f`, which blocks the thread. The executor of this thread fires no timer meanwhile.
pub(super) fn step_out(f: &mut dyn FnMut()) {
    struct Outer(Option<Arc<Timers>>);

    impl Drop for Outer {
        fn drop(&mut self) {
            TIMERS.set(self.0.take());
        }
    }

    let outer = Outer(TIMERS.take());
    if let Some(timers) = &outer.0
        && let Some(waiting) = timers.0.get()
    {
        waiting.wake_all();
    }
    f();
}

/// The only Embassy task of this crate.
struct Task {
    future: Pin<&'static mut dyn Future<Output = ()>>,
    host: &'static Host,
    timers: Arc<Timers>,
}

impl Future for Task {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        struct Outer(Option<Arc<Timers>>);

        impl Drop for Outer {
            fn drop(&mut self) {
                TIMERS.set(self.0.take());
            }
        }

        let outer = Outer(TIMERS.replace(Some(self.timers.clone())));
        // A panic must not unwind through Embassy's executor.
        let polled = catch_unwind(AssertUnwindSafe(|| self.future.as_mut().poll(cx)));
        drop(outer);
        let ended = match polled {
            Ok(Poll::Pending) => {
                if let Some(waiting) = self.timers.0.get() {
                    waiting.fire(cx);
                }
                return Poll::Pending;
            }
            Ok(Poll::Ready(())) => Ok(()),
            Err(payload) => Err(payload),
        };
        *lock(&self.host.ended) = Some(ended);
        Poll::Ready(())
    }
}

/// Converts a duration, rounded up, and limited to the range of Embassy's clock.
fn ticks(duration: std::time::Duration) -> Duration {
    const CENTURY: u64 = 100 * 365 * 24 * 60 * 60 * 1_000_000;

    let micros = u64::try_from(duration.as_micros()).unwrap_or(CENTURY);
    Duration::from_micros(micros.min(CENTURY) + 1)
}

/// Makes sure that the thread of Embassy's clock can run, which the first timer starts. If the
/// thread were refused later, Embassy would panic while it holds its lock.
///
/// # Panics
///
/// Panics if the operating system refuses a thread.
pub(super) fn assure_alarm() {
    static IS_THERE: AtomicBool = AtomicBool::new(false);

    if !IS_THERE.load(Ordering::Relaxed) {
        if let Err(error) = refused::threads(1, None) {
            refused::timer("a thread", &error);
        }
        // This starts the thread of the clock.
        let _ = embassy_time::Instant::now();
        IS_THERE.store(true, Ordering::Relaxed);
    }
}

/// The tasks that wait for a time on the thread of one executor.
///
/// The first such task makes the list. Only the code that makes it names the type behind it, so a
/// program without timers is not linked with that type.
#[derive(Debug, Default)]
pub(super) struct Timers(OnceLock<Box<dyn Waiting>>);

/// The list of the tasks that wait on a thread.
trait Waiting: fmt::Debug + Send + Sync {
    fn lock(&self) -> MutexGuard<'_, Heap>;

    /// Wakes the tasks whose time has come, and arranges to be called for the next one.
    fn fire(&self, cx: &mut Context<'_>);

    fn wake_all(&self);
}

impl Waiting for Mutex<Heap> {
    fn lock(&self) -> MutexGuard<'_, Heap> {
        lock(self)
    }

    fn fire(&self, cx: &mut Context<'_>) {
        loop {
            let first = lock(self).pop_due();
            match first {
                None => return,
                Some(Ok(waker)) => waker.wake(),
                Some(Err(deadline)) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    // The first poll puts the timer into Embassy's queue, where it stays: the queue
                    // has one entry for each task and keeps the earliest time. This is repeated at
                    // each turn, because nothing reports whether an earlier timer has fired.
                    let _ = pin!(Timer::after(ticks(left))).poll(cx);
                    return;
                }
            }
        }
    }

    fn wake_all(&self) {
        let waiting = lock(self).take();
        waiting.for_each(Kept::wake);
    }
}

impl Timers {
    /// Returns the timers of the executor that polls on this thread, if there is one.
    pub(super) fn current() -> Option<Arc<Self>> {
        TIMERS
            .try_with(|timers| timers.borrow().clone())
            .ok()
            .flatten()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Heap> {
        self.0
            .get_or_init(|| Box::new(Mutex::new(Heap::new())))
            .lock()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
