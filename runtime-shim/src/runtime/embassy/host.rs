//! The thread inside `block_on`: an executor of Embassy with a task that polls the future.

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

/// The executors that there ever were, so that nobody takes them for lost.
static HOSTS: Mutex<Vec<&'static Host>> = Mutex::new(Vec::new());

thread_local! {
    /// The timers of the executor that is polling on this thread.
    static TIMERS: RefCell<Option<Arc<Timers>>> = const { RefCell::new(None) };
}

/// What a call of `block_on` leaves behind.
struct Host {
    task: TaskStorage<Task>,
    /// How the future ended.
    ended: Mutex<Option<Result<(), Payload>>>,
}

type Payload = Box<dyn Any + Send>;

/// Polls the future until it is done, as a task of an executor of Embassy on this thread.
pub(super) fn run(future: Pin<&mut dyn Future<Output = ()>>) {
    let host: &'static Host = Box::leak(Box::new(Host {
        task: TaskStorage::new(),
        ended: Mutex::new(None),
    }));
    lock(&HOSTS).push(host);
    let timers = Arc::new(Timers::default());
    let task = Task {
        // SAFETY: The task is polled by the executor below alone, within `run_until`, and that is
        // called once: it returns when the future has ended, of which the task is then dropped.
        // Should it unwind, because another task panics, then nobody polls the executor again.
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

/// Those who wait for a timer here have to look for another place.
struct OnEnd(Arc<Timers>);

impl Drop for OnEnd {
    fn drop(&mut self) {
        if let Some(waiting) = self.0.0.get() {
            waiting.wake_all();
        }
    }
}

/// The one task of ours.
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
        // Embassy's executor must not unwind.
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

/// As long as `duration` at least, and no longer than Embassy's clock goes.
fn ticks(duration: std::time::Duration) -> Duration {
    const CENTURY: u64 = 100 * 365 * 24 * 60 * 60 * 1_000_000;

    let micros = u64::try_from(duration.as_micros()).unwrap_or(CENTURY);
    Duration::from_micros(micros.min(CENTURY) + 1)
}

/// Embassy's clock has a thread, from the first timer on. Where it is refused that panics, while it
/// holds its lock.
///
/// # Panics
///
/// If the operating system refuses a thread.
pub(super) fn assure_alarm() {
    static IS_THERE: AtomicBool = AtomicBool::new(false);

    if !IS_THERE.load(Ordering::Relaxed) {
        if let Err(error) = refused::threads(1, None) {
            refused::timer("a thread", &error);
        }
        // This starts it.
        let _ = embassy_time::Instant::now();
        IS_THERE.store(true, Ordering::Relaxed);
    }
}

/// Who waits for a time on the thread of one executor.
///
/// It is made by the first of them. What is behind it is known to those who make it alone, so a
/// program without timers is not linked with them.
#[derive(Debug, Default)]
pub(super) struct Timers(OnceLock<Box<dyn Waiting>>);

/// What a thread does for those who wait.
trait Waiting: fmt::Debug + Send + Sync {
    fn lock(&self) -> MutexGuard<'_, Heap>;

    /// Wakes those whose time has come, and sees to it that this is called for the next.
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
                    // At its first poll it is put into Embassy's queue, and there it stays: that
                    // has one place for a task, and the earliest time counts. It is done at each
                    // turn, as nobody says whether an earlier one has fired.
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
    /// Those of the executor that is polling on this thread, if one is.
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
