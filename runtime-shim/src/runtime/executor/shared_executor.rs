//! The points in which the runtimes on the shared executor differ.

use std::fmt::Debug;
use std::future::Future;
use std::hash::Hash;
use std::io;
use std::pin::Pin;
#[cfg(feature = "test-util")]
use std::sync::Arc;
use std::task::{Context, Poll};
#[cfg(feature = "test-util")]
use std::time::Duration;

#[cfg(feature = "test-util")]
use super::clock::Clock;
use super::instance::{Handle, Instance};
use super::local_set::LocalSet;
use super::local_tasks::Outer;
use super::park::Park;
#[cfg(feature = "test-util")]
use super::sleep::Sleep;
use super::task::{AbortHandle, JoinHandle, current};
use super::{blocking, budget, in_place, local_tasks, scheduler};
use crate::runtime::async_runtime::Sealed;
use crate::runtime::backend::{LocalTasks, yield_by};
#[cfg(feature = "test-util")]
use crate::runtime::clock::{Held, Refused};
use crate::runtime::context;
use crate::runtime::fallback::FallbackRuntime;
use crate::runtime::table::Kind;
use crate::runtime::{
    AsyncHandle, AsyncInstance, AsyncRuntime, AsyncSleep, Backend, Config, Flavor,
};
use crate::task::Id;
use crate::time::Instant;

/// The timers of a runtime on the shared executor.
// A part of the public `AsyncRuntime` of these runtimes, so it cannot be private.
#[allow(unreachable_pub)]
pub trait Timers {
    /// A timer.
    type Sleep: AsyncSleep;

    /// Returns a timer that fires at `deadline`.
    fn sleep_until(deadline: Instant) -> Self::Sleep;
}

/// A runtime on the shared executor.
pub(in crate::runtime) trait SharedExecutor:
    Park + Timers + Copy + Debug + Default + Eq + Hash + Send + Sync + Unpin + 'static
{
    const KIND: Kind;

    /// Whether the runtime has worker threads. Without them every flavour is the current-thread
    /// one.
    const HAS_WORKERS: bool;

    /// Returns the name of the runtime that calls from this thread go to.
    fn name() -> &'static str {
        Self::KIND.name()
    }

    /// Returns the fallback: the runtime for threads that belong to none.
    fn fallback() -> &'static FallbackRuntime<Self>;

    /// Returns a handle to the [fallback](Self::fallback). Each runtime implements this method
    /// itself, so that it is compiled in this crate and not in each crate that spawns.
    fn outside() -> Handle;
}

impl<R: SharedExecutor> Sealed for R {}
impl Sealed for Handle {}

impl<R: SharedExecutor> AsyncRuntime for R {
    type JoinHandle<T> = JoinHandle<T>;
    type AbortHandle = AbortHandle;
    #[cfg(not(feature = "test-util"))]
    type Sleep = <R as Timers>::Sleep;
    #[cfg(feature = "test-util")]
    type Sleep = Sleep<<R as Timers>::Sleep>;
    type Handle = Handle;

    fn name(&self) -> &'static str {
        <R as SharedExecutor>::name()
    }

    #[inline(always)]
    fn handle(&self) -> Handle {
        self.try_handle().unwrap_or_else(R::outside)
    }

    // Inlined into the dispatch among several runtimes, which is one of few callers. Not inlined in
    // a debug build, where each copy of a big future would be in the same stack frame and overflow
    // the stack.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.handle().0.spawn(future)
    }

    #[track_caller]
    fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        match local_tasks::here() {
            // SAFETY: The owner is that of this thread, where it runs and ends its tasks.
            Some(owner) => unsafe { local_tasks::spawn(owner, future) },
            None => context::spawn_local_elsewhere(),
        }
    }

    fn spawn_blocking<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        blocking::spawn_blocking(self.handle().0, f)
    }

    #[cfg(feature = "rayon")]
    #[track_caller]
    fn spawn_compute<F, T>(&self, f: F) -> crate::task::JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        self.handle().spawn_compute(f)
    }

    fn sleep_until(&self, deadline: Instant) -> Self::Sleep {
        let sleep = <R as Timers>::sleep_until(deadline);
        #[cfg(feature = "test-util")]
        let sleep = Sleep::new(deadline, sleep);
        sleep
    }

    #[inline]
    fn yield_now(&self) -> impl Future<Output = ()> + Send {
        yield_by(*self)
    }

    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.handle().block_on(future)
    }

    fn task_id(&self) -> Option<Id> {
        current::task().map(|id| Id::ours(id.get()))
    }
}

impl<R: SharedExecutor> Backend for R {
    type Instance = Instance;
    type LocalSet = LocalSet;

    fn build(&self, config: &Config) -> io::Result<Instance> {
        let mut config = config.clone();
        if !R::HAS_WORKERS {
            config.flavor = Flavor::CurrentThread;
        }
        R::before_start()?;
        Instance::new(R::KIND, R::drive_on, config)
    }

    #[inline(always)]
    fn try_handle(&self) -> Option<Handle> {
        let scheduler = scheduler::current()?;
        (scheduler.kind() == R::KIND).then_some(Handle(scheduler))
    }

    fn is_destroyed_here(&self) -> bool {
        scheduler::is_destroyed_here()
    }

    fn set_entry(&self, instance: &Instance) {
        R::fallback().set_entry(instance.handle());
    }

    fn lend_entry(&self, instance: &Instance) -> bool {
        R::fallback().lend_entry(instance.handle())
    }

    fn clear_entry(&self) {
        R::fallback().clear_entry();
    }

    fn run_in_background(&self, instance: &'static Instance) -> io::Result<()> {
        if R::HAS_WORKERS {
            return Ok(());
        }
        instance.start_driver()
    }

    #[inline]
    fn defer(&self, cx: &mut Context<'_>) {
        // The woken task goes to the end of its run queue.
        cx.waker().wake_by_ref();
    }

    #[inline]
    fn poll_budget(&self, cx: &mut Context<'_>) -> Poll<()> {
        budget::poll(cx)
    }

    #[inline]
    fn poll_spend(&self, cx: &mut Context<'_>) -> Poll<()> {
        budget::poll_spend(cx)
    }

    #[inline]
    fn has_budget(&self) -> bool {
        budget::has_some()
    }

    fn has_budget_remaining(&self) -> bool {
        budget::has_remaining()
    }

    #[inline]
    fn spend_budget(&self) {
        budget::spend();
    }

    fn unconstrained<T>(&self, f: impl FnOnce() -> T) -> T {
        budget::unconstrained(f)
    }

    fn worker_index(&self) -> Option<usize> {
        scheduler::current()?.worker_index_here()
    }

    #[track_caller]
    fn block_in_place<T>(&self, f: impl FnOnce() -> T) -> T {
        in_place::block_in_place(f)
    }

    #[cfg(feature = "test-util")]
    fn pause_clock(&self) -> Result<(), Refused> {
        let ran = clock_of::<R>()?.pause();
        ran.then_some(()).ok_or(Refused::IsPaused)
    }

    #[cfg(feature = "test-util")]
    fn resume_clock(&self) -> Result<(), Refused> {
        let stood = clock_of::<R>()?.resume();
        stood.then_some(()).ok_or(Refused::IsNotPaused)
    }

    #[cfg(feature = "test-util")]
    fn advance_clock(&self, duration: Duration) -> Result<(), Refused> {
        let stands = clock_of::<R>()?.add(duration);
        stands.then_some(()).ok_or(Refused::IsNotPaused)
    }

    #[cfg(feature = "test-util")]
    fn fire_timers(&self) {
        if let Ok(clock) = clock_of::<R>() {
            clock.fire();
            #[cfg(feature = "tokio-context")]
            if let Some(beside) = clock.beside() {
                beside.fire();
            }
        }
    }

    #[cfg(feature = "test-util")]
    fn hold_clock(&self) -> Option<Held> {
        let scheduler = self.try_handle()?.0;
        scheduler.clock.as_ref()?;
        Some(Box::new(scheduler.hold()))
    }
}

/// Returns the clock of the runtime that this thread belongs to.
#[cfg(feature = "test-util")]
fn clock_of<R: SharedExecutor>() -> Result<Arc<Clock>, Refused> {
    let handle = R::default().try_handle().ok_or(Refused::Elsewhere)?;
    #[cfg(feature = "custom")]
    if R::KIND == Kind::Custom {
        return Err(Refused::Custom);
    }
    handle.0.clock.clone().ok_or(Refused::MultiThread)
}

impl LocalTasks for LocalSet {
    type JoinHandle<T> = JoinHandle<T>;
    type Entered = Outer;

    fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.spawn_local(future)
    }

    fn enter(&self) -> Outer {
        self.enter()
    }

    fn poll_until<F: Future>(&self, future: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.poll_until(future, cx)
    }

    fn poll_all(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        (*self).poll_all(cx)
    }
}
