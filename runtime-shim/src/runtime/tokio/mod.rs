//! Tokio: its own tasks, timers and threads.
//!
//! Tokio keeps most of the contract by itself, so its types are used as they are. This module adds
//! calls from threads that are in no Tokio context, timers on such threads, `spawn_local` without a
//! `LocalSet` of the user's, and the end of the runtime.
//!
//! - `clock`: Tokio's clock, which tests pause.
//! - `counted`: the counters of tasks.
//! - `instance`: a running runtime.
//! - `end`: the end of a runtime, and what it waits for.
//! - `foreign`: the abilities of a runtime that other code has built.
//! - `join`: the handles.
//! - `late`: tasks that are spawned after the end of their runtime.
//! - `local`: `spawn_local`.
//! - `local_set`: the tasks of a `LocalSet` of the user's.
//! - `stalled`: a thread that can only wait for ever, because the clock is paused.
//! - `sleep`: timers, Tokio's where a runtime of this crate polls.
//! - `source`: sockets and pipes.
//! - `registration`: descriptors whose readiness is remembered.
//!
//! Timers on other threads are those of `runtime/timers.rs`.

#[cfg(feature = "test-util")]
mod clock;
mod counted;
mod end;
mod foreign;
mod instance;
mod join;
mod late;
mod local;
mod local_set;
#[cfg(all(unix, feature = "_reactor", feature = "net"))]
mod registration;
mod sleep;
#[cfg(all(unix, feature = "_reactor"))]
mod source;
#[cfg(all(windows, feature = "_reactor"))]
#[path = "source_windows.rs"]
mod source;
#[cfg(feature = "test-util")]
mod stalled;

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
#[cfg(feature = "test-util")]
use std::time::Duration;

use tokio::runtime::RuntimeFlavor;
use tokio::task::coop;

#[cfg(feature = "test-util")]
pub(super) use self::clock::now;

use self::counted::Counted;
use self::end::End;
use self::instance::{Handle, Instance};
use self::join::{AbortHandle, JoinHandle, id};
use self::local::Here;
use self::local_set::LocalSet;
use self::sleep::Sleep;
use super::async_runtime::Sealed;
use super::backend::{LocalTasks, yield_by};
#[cfg(feature = "test-util")]
use super::clock::{Held, Refused};
use super::context::{self, Role, ThreadContext};
use super::fallback::FallbackRuntime;
use super::table::Kind;
use super::{AsyncHandle, AsyncInstance, AsyncRuntime, Backend, Config};
use crate::task::Id;
use crate::time::Instant;

static FALLBACK: FallbackRuntime<Tokio> = FallbackRuntime::new();

/// [Tokio](https://docs.rs/tokio).
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::runtime::{AsyncRuntime, Tokio};
///
/// let task = Tokio.spawn(async { 6 * 7 });
/// assert_eq!(Tokio.block_on(task).unwrap(), 42);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Tokio;

impl Sealed for Tokio {}
impl Sealed for Handle {}

impl AsyncRuntime for Tokio {
    type JoinHandle<T> = JoinHandle<T>;
    type AbortHandle = AbortHandle;
    type Sleep = Sleep;
    type Handle = Handle;

    fn name(&self) -> &'static str {
        Kind::Tokio.name()
    }

    fn handle(&self) -> Handle {
        self.try_handle().unwrap_or_else(|| FALLBACK.handle())
    }

    #[track_caller]
    fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        if self.is_inside() {
            self.spawn_inside(future)
        } else {
            self.handle().spawn(future)
        }
    }

    #[track_caller]
    fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        match Here::get() {
            Some(Here::Local(local)) => JoinHandle(local.spawn(future)),
            Some(Here::Set(counters)) => local_set::spawn_here(&counters, future),
            None => context::spawn_local_elsewhere(),
        }
    }

    #[track_caller]
    fn spawn_blocking<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        self.handle().spawn_blocking(f)
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

    fn sleep_until(&self, deadline: Instant) -> Sleep {
        Sleep::until(deadline)
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
        tokio::task::try_id().map(id)
    }
}

/// Returns whether this thread polls a task of a Tokio that somebody else built.
#[cold]
#[inline(never)]
fn is_inside_anybodys() -> bool {
    tokio::task::try_id().is_some() && Handle::try_current().is_some()
}

impl Backend for Tokio {
    type Instance = Instance;
    type LocalSet = LocalSet;

    fn build(&self, config: &Config) -> io::Result<Instance> {
        Instance::new(config)
    }

    fn try_handle(&self) -> Option<Handle> {
        Handle::try_current()
    }

    fn is_destroyed_here(&self) -> bool {
        let here = tokio::runtime::Handle::try_current();
        here.is_err_and(|error| error.is_thread_local_destroyed())
    }

    // The first checks are cheap. Getting the handle of the context costs two atomic operations, and
    // only a task of somebody else's Tokio pays for them. Tokio also sets the id of a task while a
    // thread without a context drops the output of the task.
    #[inline]
    fn is_inside(&self) -> bool {
        context::kind() == Some(Kind::Tokio) || is_inside_anybodys()
    }

    fn set_entry(&self, instance: &Instance) {
        FALLBACK.set_entry(instance.handle());
    }

    fn lend_entry(&self, instance: &Instance) -> bool {
        FALLBACK.lend_entry(instance.handle())
    }

    fn clear_entry(&self) {
        FALLBACK.clear_entry();
    }

    #[inline]
    #[track_caller]
    fn spawn_inside<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        if let Some(end) = End::late() {
            return late::spawn_counted(&end, future);
        }
        counted::spawned();
        JoinHandle(tokio::spawn(Counted::new(future)))
    }

    #[inline]
    fn defer(&self, cx: &mut Context<'_>) {
        // The first poll defers the task.
        let _pending = pin!(tokio::task::yield_now()).poll(cx);
    }

    #[inline]
    fn poll_budget(&self, cx: &mut Context<'_>) -> Poll<()> {
        // Dropping the returned value leaves the budget unchanged.
        coop::poll_proceed(cx).map(drop)
    }

    #[inline]
    fn has_budget(&self) -> bool {
        coop::has_budget_remaining()
    }

    #[inline]
    fn poll_spend(&self, cx: &mut Context<'_>) -> Poll<()> {
        coop::poll_proceed(cx).map(|restore| restore.made_progress())
    }

    fn spend_budget(&self) {
        if let Poll::Ready(restore) = coop::poll_proceed(&mut Context::from_waker(Waker::noop())) {
            restore.made_progress();
        }
    }

    fn unconstrained<T>(&self, f: impl FnOnce() -> T) -> T {
        let mut f = Some(f);
        let future = poll_fn(|_| match f.take() {
            Some(f) => Poll::Ready(f()),
            None => Poll::Pending,
        });
        match pin!(coop::unconstrained(future)).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => output,
            Poll::Pending => unreachable!("it is ready at its first poll"),
        }
    }

    #[cfg(feature = "test-util")]
    fn pause_clock(&self) -> Result<(), Refused> {
        clock::pause()
    }

    #[cfg(feature = "test-util")]
    fn resume_clock(&self) -> Result<(), Refused> {
        clock::resume()
    }

    #[cfg(feature = "test-util")]
    fn advance_clock(&self, duration: Duration) -> Result<(), Refused> {
        clock::advance(duration)
    }

    #[cfg(feature = "test-util")]
    fn hold_clock(&self) -> Option<Held> {
        clock::hold()
    }

    fn worker_index(&self) -> Option<usize> {
        tokio::runtime::worker_index()
    }

    #[track_caller]
    fn block_in_place<T>(&self, f: impl FnOnce() -> T) -> T {
        let Some(place) = context::current() else {
            // Tokio knows the thread if it polls a task of a runtime that other code has built.
            return match is_inside_anybodys() {
                true => tokio::task::block_in_place(f),
                false => f(),
            };
        };
        if context::may_wait() {
            return f();
        }
        let is_single = || {
            tokio::runtime::Handle::try_current()
                .is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::CurrentThread)
        };
        if context::is_local() || (is_single() && place.role != Role::Waits) {
            context::block_in_place_elsewhere();
        }
        // The number stays, so that timers are those of the runtime.
        let place = ThreadContext {
            role: Role::Blocks,
            ..place
        };
        tokio::task::block_in_place(|| {
            let _context = context::enter(place);
            f()
        })
    }
}

impl LocalTasks for LocalSet {
    type JoinHandle<T> = JoinHandle<T>;
    type Entered = local_set::Entered;

    #[track_caller]
    fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.spawn_local(future)
    }

    fn enter(&self) -> local_set::Entered {
        self.enter()
    }

    fn poll_until<F: Future>(&self, future: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.poll_until(future, cx)
    }

    fn poll_all(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.poll_all(cx)
    }
}
