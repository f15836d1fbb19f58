//! One running runtime, from its start to its shutdown.

use std::future::{self, Future, poll_fn};
use std::io;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Context;
use std::thread;
use std::time::{Duration, Instant};

#[cfg(feature = "test-util")]
use super::clocked::Clocked;
use super::driver::Driver;
use super::hooked::Hooked;
use super::local::Local;
use super::main_loop::MainLoop;
use super::metered::Metered;
use super::scheduler::{self, Scheduler, Threads};
use super::task::JoinHandle;
#[cfg(feature = "custom")]
use super::theirs;
use super::{blocking, budget, park};
#[cfg(feature = "tokio-context")]
use crate::runtime::Foreign;
#[cfg(feature = "rayon")]
use crate::runtime::compute;
use crate::runtime::context::{self, Role};
#[cfg(feature = "custom")]
use crate::runtime::custom::Shared;
use crate::runtime::metrics::{self, ClosureReading, TaskReading, WorkerReading};
#[cfg(feature = "_reactor")]
use crate::runtime::source::Watched;
use crate::runtime::table::Kind;
#[cfg(any(feature = "embassy", feature = "pollster"))]
use crate::runtime::timers;
use crate::runtime::{AsyncHandle, AsyncInstance, Config, Enter, Entry, Flavor, Id, fork};

/// A reference to a running runtime.
#[derive(Clone, Debug)]
pub struct Handle(pub(super) Arc<Scheduler>);

// Tokio's are unwind safe too: no caller can see what a panic leaves half done in them.
impl UnwindSafe for Handle {}
impl RefUnwindSafe for Handle {}
impl UnwindSafe for Instance {}
impl RefUnwindSafe for Instance {}

#[cfg(feature = "custom")]
impl Handle {
    /// Returns the user's runtime that this thread belongs to.
    pub(in crate::runtime) fn theirs() -> Option<Shared> {
        Self(scheduler::current()?).their_runtime()
    }

    /// Returns the user's runtime that this handle refers to.
    pub(in crate::runtime) fn their_runtime(&self) -> Option<Shared> {
        match &self.0.threads {
            Threads::Theirs(theirs) => theirs.runtime(),
            _ => None,
        }
    }
}

impl AsyncHandle for Handle {
    type JoinHandle<T> = JoinHandle<T>;

    fn id(&self) -> Id {
        self.0.id
    }

    fn name(&self) -> Option<&str> {
        self.0.config.name.as_deref()
    }

    fn flavor(&self) -> Flavor {
        self.0.config.flavor
    }

    fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.0.clone().spawn(future)
    }

    fn spawn_blocking<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        blocking::spawn_blocking(self.0.clone(), f)
    }

    #[cfg(feature = "rayon")]
    #[track_caller]
    fn spawn_compute<F, T>(&self, f: F) -> crate::task::JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let scheduler = self.0.clone();
        let hold = scheduler.hold();
        let within = move |run: &mut dyn FnMut()| {
            let _hold = hold;
            let _entered = scheduler::enter(&scheduler, Role::Blocks);
            run();
        };
        compute::spawn(&self.0.compute, within, f)
    }

    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        fork::assert();
        context::assert_may_block();
        let _entered = scheduler::enter(&self.0, Role::Waits);
        erased(future, |mut future| {
            let future = pin!(poll_fn(|cx| {
                let polled = future.as_mut().poll(cx);
                budget::end();
                polled
            }));
            park::park_on(self.0.kind(), future);
        })
    }
}

impl Enter for Handle {
    type Entered = scheduler::ByHand;

    fn enter(&self) -> Entry<scheduler::ByHand> {
        scheduler::enter_by_hand(&self.0)
    }

    fn abandon(entered: scheduler::ByHand) {
        entered.abandon();
    }

    #[cfg(feature = "tokio-context")]
    fn enter_foreign(&self) -> Foreign<'_> {
        Foreign {
            _beside: self.0.enter_tokio(),
            ..Foreign::default()
        }
    }
}

impl metrics::Metered for Handle {
    fn tasks(&self) -> TaskReading {
        self.0.counters.tasks()
    }

    fn num_workers(&self) -> usize {
        // The threads of a runtime of the user's own are not known here.
        #[cfg(feature = "custom")]
        if let Threads::Theirs(_) = self.0.threads {
            return 0;
        }
        match self.0.config.flavor {
            Flavor::MultiThread => self.0.config.worker_threads,
            Flavor::CurrentThread => 1,
        }
    }

    fn worker(&self, index: usize) -> WorkerReading {
        self.0.counters.worker(index)
    }

    fn global_queue_depth(&self) -> usize {
        self.0.queued()
    }

    fn closures(&self) -> ClosureReading {
        self.0.closures.read()
    }

    fn num_timers(&self) -> Option<usize> {
        match self.0.kind() {
            #[cfg(feature = "embassy")]
            Kind::Embassy => Some(timers::waiting()),
            #[cfg(feature = "pollster")]
            Kind::Pollster => Some(timers::waiting()),
            // Those that wait for a timer of the user's are not known here.
            #[cfg(feature = "custom")]
            Kind::Custom => None,
            #[allow(unreachable_patterns)]
            // async-io has the timers of the others.
            _ => None,
        }
    }

    fn num_watched_descriptors(&self) -> usize {
        #[cfg(feature = "_reactor")]
        return Watched::<false>::count();
        #[cfg(not(feature = "_reactor"))]
        0
    }
}

/// A function that waits for a future on this thread, which runs tasks meanwhile.
type DriveOn = fn(Pin<&mut dyn Future<Output = ()>>);

/// A running runtime.
#[derive(Debug)]
pub(crate) struct Instance {
    scheduler: Arc<Scheduler>,
    drive_on: DriveOn,
    is_shut_down: bool,
    /// The user's runtime, which is dropped once this one is shut down.
    #[cfg(feature = "custom")]
    custom: Option<Shared>,
}

impl Instance {
    pub(super) fn new(
        kind: Kind,
        drive_on: DriveOn,
        #[cfg_attr(not(feature = "custom"), allow(unused_mut))] mut config: Config,
    ) -> io::Result<Self> {
        let threads = Threads::new(&config);
        #[cfg(feature = "custom")]
        let custom = config.custom.take();
        let scheduler = Scheduler::new(kind, config, threads);
        scheduler.start()?;
        Ok(Self {
            scheduler,
            drive_on,
            is_shut_down: false,
            #[cfg(feature = "custom")]
            custom,
        })
    }

    /// Starts a thread that runs the tasks for ever.
    pub(super) fn start_driver(&'static self) -> io::Result<()> {
        let thread = self.scheduler.new_thread();
        thread.spawn(|| budget::within(|| self.run(pin!(future::pending()), false)))?;
        Ok(())
    }

    fn run(&self, future: Pin<&mut dyn Future<Output = ()>>, is_last: bool) {
        let driver = Arc::new(Driver::default());
        let _entered = scheduler::enter(&self.scheduler, Role::Polls);
        let worker = match &self.scheduler.threads {
            #[cfg(feature = "_workers")]
            Threads::Workers(_) => None,
            Threads::Current(_) => Some(0),
            #[cfg(feature = "custom")]
            Threads::Theirs(_) => None,
        };
        let _counts = self.scheduler.counters.enter(worker);
        let local = Local::enter(&driver, &self.scheduler.counters);
        // Closes the runtime before the local tasks end, because their destructors may spawn.
        let _close = is_last.then(|| CloseOnDrop(self));
        let current = match &self.scheduler.threads {
            #[cfg(feature = "_workers")]
            Threads::Workers(_) => None,
            Threads::Current(current) => Some(current),
            #[cfg(feature = "custom")]
            Threads::Theirs(_) => None,
        };
        let mut main_loop = pin!(MainLoop::new(&driver, future, &local.local, current));
        #[cfg(feature = "custom")]
        if self.custom.is_some() {
            // The user's `block_on` may run tasks on this thread, and gets it back after each turn.
            main_loop.rounds = 1;
        }
        let config = &self.scheduler.config;
        if worker.is_some() {
            main_loop.set_intervals(config.event_interval, config.global_queue_interval);
        }
        #[cfg(feature = "test-util")]
        let main_loop = pin!(Clocked::new(main_loop, &self.scheduler));
        let metered = pin!(Metered::new(main_loop, |main_loop| main_loop.is_idle()));
        #[cfg(feature = "custom")]
        if let Some(custom) = &self.custom {
            return theirs::block_on(custom, metered);
        }
        if worker.is_some() && config.hooks.are_for_parking() {
            let hooked = Hooked::new(metered, |metered| metered.is_idle(), &config.hooks);
            return (self.drive_on)(pin!(hooked));
        }
        (self.drive_on)(metered);
    }

    /// Begins the end of the runtime. From here on a task ends instead of being polled, and a new
    /// task ends at once.
    fn close(&self) {
        // A thread that exists only in the parent process may hold any lock.
        if fork::has_forked() {
            return;
        }
        self.scheduler.close();
    }

    /// Ends the tasks, and waits for running polls and closures, at most for `timeout`. On a thread
    /// that polls tasks it does not wait for closures.
    fn shutdown(&mut self, timeout: Duration) {
        // After a fork there are no other threads to wait for.
        if std::mem::replace(&mut self.is_shut_down, true) || fork::has_forked() {
            return;
        }
        let scheduler = &self.scheduler;
        // This thread would wait in vain for the task or closure that it runs itself.
        let own_worker = usize::from(scheduler.is_worker_here());
        #[cfg(feature = "rayon")]
        let is_compute = scheduler.compute.are_here();
        #[cfg(not(feature = "rayon"))]
        let is_compute = false;
        let own_closure = usize::from(!is_compute && blocking::is_thread_of(scheduler));
        let waits_for_closures = context::may_wait();
        let _entered = scheduler::enter(scheduler, Role::Polls);
        let deadline = Instant::now().checked_add(timeout);
        self.close();
        let mut pause = Duration::from_micros(20);
        loop {
            scheduler.drain();
            // The task that this worker runs itself may be in the list, or may never have waited.
            if scheduler.count_workers() <= own_worker
                && scheduler.tasks.len() <= own_worker
                && (!waits_for_closures || scheduler.count_closures() <= own_closure)
            {
                break;
            }
            let now = Instant::now();
            let left = match deadline {
                Some(deadline) if deadline <= now => break,
                Some(deadline) => deadline - now,
                None => Duration::MAX,
            };
            // Polls with back-off, because nothing notifies us when a poll ends.
            thread::sleep(pause.min(left));
            pause = (pause * 2).min(Duration::from_millis(5));
        }
        scheduler.join();
        // Last, because destructors of tasks and closures may use it.
        #[cfg(feature = "tokio-context")]
        scheduler.end_tokio(deadline, waits_for_closures);
    }
}

impl AsyncInstance for Instance {
    type Handle = Handle;

    fn handle(&self) -> Handle {
        Handle(self.scheduler.clone())
    }

    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        fork::assert();
        context::assert_may_block();
        erased(future, |future| self.run(future, false))
    }

    #[track_caller]
    fn run_to_end<F: Future>(self, future: F) -> F::Output {
        context::assert_may_block();
        erased(future, |future| self.run(future, true))
    }

    fn shutdown_timeout(mut self, timeout: Duration) {
        self.shutdown(timeout);
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.shutdown(self.scheduler.config.shutdown_timeout);
    }
}

/// A guard that begins the end of the runtime when it is dropped.
struct CloseOnDrop<'a>(&'a Instance);

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Hides the type of a future, so that the code that polls it is compiled only once.
fn erased<F: Future>(future: F, run: impl FnOnce(Pin<&mut dyn Future<Output = ()>>)) -> F::Output {
    let mut output = None;
    let mut future = pin!(future);
    let future = pin!(poll_fn(|cx: &mut Context<'_>| {
        budget::start();
        let polled = future.as_mut().poll(cx).map(|ready| output = Some(ready));
        fork::assert_if_pending(&polled);
        polled
    }));
    budget::within(|| run(future));
    output.expect("`run` returns when the future is done")
}
