//! A running runtime, and its end.

use std::future::{Future, poll_fn};
use std::io;
use std::mem;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::sync::Arc;
#[cfg(feature = "rayon")]
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::runtime::RuntimeFlavor;

use super::counted::{self, Counted};
use super::end::{Closure, CurrentEnd, End};
use super::join::JoinHandle;
use super::late;
use super::local::Local;
#[cfg(feature = "test-util")]
use super::stalled::watched;
#[cfg(feature = "rayon")]
use crate::runtime::compute::{self, Closures};
use crate::runtime::context::{self, Role, ThreadContext};
#[cfg(feature = "test-util")]
use crate::runtime::hooks::Hook;
use crate::runtime::hooks::{Hooks, ThreadName};
use crate::runtime::metrics::{
    self, ClosureReading, Counters, Metered, TaskReading, WorkerReading,
};
use crate::runtime::refused;
#[cfg(feature = "_reactor")]
use crate::runtime::source::Watched;
use crate::runtime::table::Kind;
use crate::runtime::{AsyncHandle, AsyncInstance, Config, Enter, Entry, Flavor, Foreign, Id, fork};

/// The number of descriptors that Tokio opens when it starts, for its reactor and for signals.
#[cfg(feature = "_reactor")]
const DESCRIPTORS: usize = 6;

/// The last number given to a runtime. Zero is for runtimes that other code made.
static LAST_NUMBER: AtomicU32 = AtomicU32::new(0);

/// The closures on rayon's pool of all runtimes that other code made.
#[cfg(feature = "rayon")]
static COMPUTE_ELSEWHERE: OnceLock<Arc<Closures>> = OnceLock::new();

/// The payload of a blocking closure that is cancelled at the end of the runtime before it has
/// started. Tokio itself would run the closure.
pub(super) struct NeverStarted;

/// A reference to a running Tokio runtime.
#[derive(Clone, Debug)]
pub struct Handle {
    runtime: tokio::runtime::Handle,
    /// `None` if other code made the runtime.
    end: Option<Arc<End>>,
}

// Tokio's own handles implement these traits too.
impl UnwindSafe for Handle {}
impl RefUnwindSafe for Handle {}

impl Handle {
    /// Returns the runtime that this thread is inside of.
    pub(super) fn try_current() -> Option<Self> {
        Some(Self {
            runtime: tokio::runtime::Handle::try_current().ok()?,
            end: End::current(),
        })
    }

    fn counters(&self) -> Arc<Counters> {
        match &self.end {
            Some(end) => end.counters().clone(),
            None => counted::of_foreign(self.runtime.id()),
        }
    }

    /// Makes the runtime Tokio's context of the thread until the guard is dropped.
    #[cfg(all(unix, feature = "_reactor"))]
    pub(super) fn enter_tokio(&self) -> tokio::runtime::EnterGuard<'_> {
        self.runtime.enter()
    }
}

impl AsyncHandle for Handle {
    type JoinHandle<T> = JoinHandle<T>;

    fn id(&self) -> Id {
        Id::of_tokio(self.runtime.id())
    }

    fn name(&self) -> Option<&str> {
        self.runtime.name()
    }

    fn flavor(&self) -> Flavor {
        match self.runtime.runtime_flavor() {
            RuntimeFlavor::CurrentThread => Flavor::CurrentThread,
            _ => Flavor::MultiThread,
        }
    }

    #[track_caller]
    fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        if let Some(end) = &self.end
            && end.has_begun()
        {
            return late::spawn_counted(end, future);
        }
        let future = Counted::new(future);
        if self.counters().spawned() {
            return JoinHandle(self.runtime.spawn(future));
        }
        // If the runtime ends at this moment, Tokio drops the future here, which counts where this
        // thread is inside of.
        let _counts = metrics::outside();
        let _end = End::enter(self.end.clone());
        let _foreign = self.end.is_none().then(|| self.runtime.enter());
        JoinHandle(self.runtime.spawn(future))
    }

    #[track_caller]
    fn spawn_blocking<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let waited = self.end.as_ref().map(End::waits);
        match &self.end {
            Some(end) if end.has_begun() => return late::spawn(Box::pin(async { f() })),
            Some(end) => end.assure_thread(),
            None => {}
        }
        JoinHandle(self.runtime.spawn_blocking(move || {
            if waited.as_ref().is_some_and(Closure::is_late) {
                // Dropped first, because its destructor may panic. During the unwinding that would
                // abort the process.
                drop(f);
                // The hook is not called, because this is not a panic to the user.
                resume_unwind(Box::new(NeverStarted));
            }
            let _running = waited.as_ref().map(Closure::runs);
            let _context = context::enter(ThreadContext::new(Kind::Tokio, Role::Blocks));
            f()
        }))
    }

    #[cfg(feature = "rayon")]
    #[track_caller]
    fn spawn_compute<F, T>(&self, f: F) -> crate::task::JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let handle = self.clone();
        let within = move |run: &mut dyn FnMut()| {
            let _runtime = handle.runtime.enter();
            let _end = End::enter(handle.end.clone());
            let _context = context::enter(ThreadContext::new(Kind::Tokio, Role::Blocks));
            run();
        };
        let closures = match &self.end {
            Some(end) => end.compute(),
            None => COMPUTE_ELSEWHERE.get_or_init(Arc::default),
        };
        compute::spawn(closures, within, f)
    }

    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        fork::assert();
        context::assert_may_block();
        let _context = context::enter(ThreadContext::new(Kind::Tokio, Role::Waits));
        let _counts = metrics::outside();
        let _end = End::enter(self.end.clone());
        let mut future = pin!(future);
        self.runtime.block_on(poll_fn(|cx| {
            let output = future.as_mut().poll(cx);
            fork::assert_if_pending(&output);
            output
        }))
    }
}

/// The guard of [`Enter::enter`].
pub(crate) struct ByHand {
    _context: Option<context::Entered>,
    _end: CurrentEnd,
    _counts: metrics::Entered,
}

impl Enter for Handle {
    type Entered = ByHand;

    fn enter(&self) -> Entry<ByHand> {
        let end = End::current();
        let is_same = match tokio::runtime::Handle::try_current() {
            Ok(runtime) => runtime.id() == self.runtime.id(),
            Err(error) if error.is_thread_local_destroyed() => return Entry::Destroyed,
            Err(_) => false,
        };
        let kind = context::kind();
        // A thread belongs to a runtime that other code has built without a context of this crate.
        let needs_none = kind.is_none() && self.end.is_none();
        let is_inside = kind == Some(Kind::Tokio) || needs_none;
        if is_same
            && is_inside
            && end.map(|end| Arc::as_ptr(&end)) == self.end.as_ref().map(Arc::as_ptr)
        {
            return Entry::IsThere;
        }
        let role = context::role_by_hand();
        let place = ThreadContext::new(Kind::Tokio, role);
        Entry::Entered(ByHand {
            _context: (!needs_none).then(|| context::enter(place)),
            _end: End::enter(self.end.clone()),
            _counts: metrics::outside(),
        })
    }

    fn enter_foreign(&self) -> Foreign<'_> {
        Foreign {
            _tokio: Some(self.runtime.enter()),
            ..Foreign::default()
        }
    }
}

impl Metered for Handle {
    fn tasks(&self) -> TaskReading {
        counted::tasks(&self.counters())
    }

    fn num_workers(&self) -> usize {
        self.runtime.metrics().num_workers()
    }

    fn worker(&self, index: usize) -> WorkerReading {
        let metrics = self.runtime.metrics();
        WorkerReading {
            busy: metrics.worker_total_busy_duration(index),
            park_unpark: metrics.worker_park_unpark_count(index),
        }
    }

    fn global_queue_depth(&self) -> usize {
        self.runtime.metrics().global_queue_depth()
    }

    fn closures(&self) -> ClosureReading {
        self.end
            .as_ref()
            .map_or_else(ClosureReading::default, |end| end.read())
    }

    fn num_timers(&self) -> Option<usize> {
        None
    }

    fn num_watched_descriptors(&self) -> usize {
        #[cfg(feature = "_reactor")]
        return Watched::<true>::count();
        #[cfg(not(feature = "_reactor"))]
        0
    }
}

/// A running Tokio runtime.
#[derive(Debug)]
pub(crate) struct Instance {
    // `None` once the runtime is shut down.
    runtime: Option<tokio::runtime::Runtime>,
    end: Arc<End>,
    flavor: Flavor,
    shutdown_timeout: Duration,
    is_shut_down: bool,
    /// The context of the threads that poll its tasks.
    place: ThreadContext,
}

// Tokio's own runtimes implement these traits too.
impl UnwindSafe for Instance {}
impl RefUnwindSafe for Instance {}

impl Instance {
    pub(super) fn new(config: &Config) -> io::Result<Self> {
        let (mut builder, workers) = match config.flavor {
            Flavor::MultiThread => {
                let mut builder = tokio::runtime::Builder::new_multi_thread();
                builder.worker_threads(config.worker_threads);
                (builder, config.worker_threads)
            }
            Flavor::CurrentThread => (tokio::runtime::Builder::new_current_thread(), 0),
        };
        // If Tokio gets only some of its workers, it panics and then waits for the others for ever.
        let threads = workers.max(usize::from(config.thread_stack_size.is_some()));
        refused::threads(threads, config.thread_stack_size)
            .map_err(|error| refused::told("a worker thread", &error))?;
        #[cfg(feature = "_reactor")]
        refused::descriptors(DESCRIPTORS).map_err(|error| refused::told("a descriptor", &error))?;
        if let Some(name) = &config.name {
            builder.name(name);
        }
        if let Some(bytes) = config.thread_stack_size {
            builder.thread_stack_size(bytes);
        }
        let place = ThreadContext {
            kind: Kind::Tokio,
            role: Role::Polls,
            number: LAST_NUMBER.fetch_add(1, Ordering::Relaxed) + 1,
        };
        let end = Arc::new(End::new(workers, config.thread_stack_size));
        let its_end = end.clone();
        let Hooks {
            start,
            stop,
            park,
            unpark,
        } = config.hooks.clone();
        builder
            .enable_all()
            .max_blocking_threads(config.max_blocking_threads)
            .thread_keep_alive(config.thread_keep_alive)
            .on_thread_start(move || {
                its_end.waits_for_this_thread();
                context::set(Some(place));
                if let Some(hook) = &start {
                    hook.call();
                }
            })
            .on_thread_stop(move || {
                if let Some(hook) = &stop {
                    hook.call();
                }
                context::set(None);
            });
        match config.thread_name.clone() {
            ThreadName::Always(name) => builder.thread_name(name),
            name => builder.thread_name_fn(move || name.next()),
        };
        #[cfg(feature = "test-util")]
        let (park, unpark) = match config.flavor {
            Flavor::CurrentThread => (
                Some(before_park(&end, park)),
                Some(after_park(&end, unpark)),
            ),
            Flavor::MultiThread => (park, unpark),
        };
        if let Some(hook) = park {
            builder.on_thread_park(move || hook.call());
        }
        if let Some(hook) = unpark {
            builder.on_thread_unpark(move || hook.call());
        }
        if let Some(interval) = config.event_interval {
            builder.event_interval(interval);
        }
        if let Some(interval) = config.global_queue_interval {
            builder.global_queue_interval(interval);
        }
        #[cfg(feature = "_reactor")]
        if let Some(count) = config.max_io_events {
            builder.max_io_events_per_tick(count);
        }
        #[cfg(feature = "_reactor")]
        if let Some(count) = config.max_io_events_busy {
            builder.max_io_events_per_busy_tick(count);
        }
        #[cfg(feature = "test-util")]
        {
            builder.start_paused(config.start_paused);
            end.watch().set_paused(config.start_paused);
        }
        // Tokio panics if it is refused something that was available a moment ago.
        let runtime = catch_unwind(AssertUnwindSafe(|| builder.build()))
            .unwrap_or_else(|_| Err(io::ErrorKind::WouldBlock.into()))
            .map_err(|error| refused::told("what Tokio starts with", &error))?;
        end.wait_for_workers();
        end.set_runtime(runtime.handle().id());
        Ok(Self {
            runtime: Some(runtime),
            end,
            flavor: config.flavor,
            place,
            shutdown_timeout: config.shutdown_timeout,
            is_shut_down: false,
        })
    }

    /// Returns the context of this thread while it drops tasks: one that polls, but whose timers
    /// are not those of the ending runtime.
    fn place_at_the_end(&self) -> ThreadContext {
        ThreadContext {
            role: Role::Waits,
            ..self.place
        }
    }

    fn runtime(&self) -> &tokio::runtime::Runtime {
        self.runtime
            .as_ref()
            .expect("it is taken only when the instance is dropped")
    }

    /// Ends the tasks and waits for running polls, and for closures unless the thread polls tasks.
    ///
    /// Tokio's own shutdown differs. It would wait for closures before it drops the tasks of the
    /// current-thread flavour, which the closures may in turn wait for. It would wait for the
    /// calling thread. And it panics on a thread that polls tasks.
    fn shutdown(&mut self) {
        if mem::replace(&mut self.is_shut_down, true) {
            return;
        }
        if fork::has_forked() {
            // The threads do not exist in the child, so there is nothing to wait for.
            mem::forget(self.runtime.take());
            return;
        }
        let is_in_another = || tokio::runtime::Handle::try_current().is_ok();
        let for_closures = context::may_block()
            || context::is_by_hand()
            || context::may_wait() && !is_in_another();
        self.end.begin();
        if let Some(runtime) = self.runtime.take() {
            // This drops the tasks of the current-thread flavour.
            let _context = context::enter(self.place_at_the_end());
            let _end = End::enter(Some(self.end.clone()));
            let _counts = metrics::outside();
            runtime.shutdown_background();
        }
        self.end.wait(self.shutdown_timeout, for_closures);
    }
}

impl AsyncInstance for Instance {
    type Handle = Handle;

    fn handle(&self) -> Handle {
        Handle {
            runtime: self.runtime().handle().clone(),
            end: Some(self.end.clone()),
        }
    }

    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        fork::assert();
        context::assert_may_block();
        let _context = context::enter(self.place);
        // The remaining tasks are dropped inside the runtime, even after a panic, because they may
        // hold timers and sockets of it.
        let _runtime = self.runtime().enter();
        let _end = End::enter(Some(self.end.clone()));
        let _counts = self.end.counters().enter(None);
        let local = Local::enter();
        let _at_the_end = PollsNoMore(self.place_at_the_end());
        #[cfg(feature = "test-util")]
        let future = watched(self.end.clone(), future);
        let future = pin!(future);
        self.runtime().block_on(local.run_until(future))
    }

    #[track_caller]
    fn run_to_end<F: Future>(mut self, future: F) -> F::Output {
        context::assert_may_block();
        let runtime = self.runtime().handle().clone();
        let _context = context::enter(self.place);
        let _runtime = runtime.enter();
        let _end = End::enter(Some(self.end.clone()));
        let _counts = self.end.counters().enter(None);
        let local = Local::enter();
        // Dropped before the local tasks, whose destructors may spawn.
        let _at_the_end = PollsNoMore(self.place_at_the_end());
        #[cfg(feature = "test-util")]
        let future = watched(self.end.clone(), future);
        let begin = BeginOnDrop(&mut self);
        let future = pin!(future);
        begin.0.runtime().block_on(local.run_until(future))
    }

    fn shutdown_timeout(mut self, timeout: Duration) {
        self.shutdown_timeout = timeout;
        self.shutdown();
    }
}

/// Returns the hook of a thread that is about to wait, which calls `hook` and then watches the thread.
#[cfg(feature = "test-util")]
fn before_park(end: &Arc<End>, hook: Option<Hook>) -> Hook {
    let end = Arc::downgrade(end);
    Hook::new(move || {
        if let Some(hook) = &hook {
            hook.call();
        }
        if let Some(its_end) = end.upgrade() {
            its_end.watch().before_park(&end);
        }
    })
}

/// Returns the hook of a thread that has waited.
#[cfg(feature = "test-util")]
fn after_park(end: &Arc<End>, hook: Option<Hook>) -> Hook {
    let end = Arc::downgrade(end);
    Hook::new(move || {
        if let Some(end) = end.upgrade() {
            end.watch().after_park();
        }
        if let Some(hook) = &hook {
            hook.call();
        }
    })
}

/// When dropped, gives this thread its context for the destructors of local tasks. The timers of
/// the current-thread flavour do not run then.
struct PollsNoMore(ThreadContext);

impl Drop for PollsNoMore {
    fn drop(&mut self) {
        context::set(Some(self.0));
    }
}

/// When dropped, begins the end of the runtime.
struct BeginOnDrop<'a>(&'a mut Instance);

impl Drop for BeginOnDrop<'_> {
    fn drop(&mut self) {
        let Self(instance) = self;
        instance.end.begin();
        if instance.flavor == Flavor::MultiThread
            && let Some(runtime) = instance.runtime.take()
        {
            // This makes the workers end. On the current-thread flavour no tasks run any more.
            runtime.shutdown_background();
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.shutdown();
    }
}
