//! What the runtimes that share the executor differ in.

use std::fmt::Debug;
use std::future::{Future, poll_fn};
use std::hash::Hash;
use std::io;
use std::pin::Pin;
use std::task::Poll;

use super::current;
use super::instance::{Handle, Instance};
use super::join::{AbortHandle, JoinHandle};
use super::local::Local;
use super::park::park_on;
use super::sleep::Sleep;
use crate::runtime::ambient::Ambient;
use crate::runtime::context;
use crate::runtime::table::Kind;
use crate::runtime::{AsyncHandle, AsyncInstance, AsyncRuntime, Config};
use crate::task::Id;
use crate::time::Instant;

/// A runtime on the shared executor.
pub(in crate::runtime) trait Family:
    Copy + Debug + Default + Eq + Hash + Send + Sync + Unpin + 'static
{
    const KIND: Kind;

    /// The runtime for threads that belong to none.
    fn ambient() -> &'static Ambient<Self>;

    /// Waits on this thread until the future is done.
    fn park_on(future: Pin<&mut dyn Future<Output = ()>>) {
        park_on(future);
    }
}

impl<R: Family> AsyncRuntime for R {
    type JoinHandle<T> = JoinHandle<T>;
    type AbortHandle = AbortHandle;
    type Sleep = Sleep;
    type Handle = Handle;
    type Instance = Instance;

    fn name(&self) -> &'static str {
        R::KIND.name()
    }

    fn build(&self, config: &Config) -> io::Result<Instance> {
        Ok(Instance::new(R::KIND, R::park_on, config))
    }

    #[inline(always)]
    fn handle(&self) -> Handle {
        self.try_handle().unwrap_or_else(|| R::ambient().handle())
    }

    #[inline(always)]
    fn try_handle(&self) -> Option<Handle> {
        let scheduler = current::scheduler()?;
        (scheduler.kind() == R::KIND).then_some(Handle(scheduler))
    }

    fn set_entry(&self, instance: &Instance) {
        R::ambient().set_entry(instance.handle());
    }

    fn lend_entry(&self, instance: &Instance) -> bool {
        R::ambient().lend_entry(instance.handle())
    }

    fn clear_entry(&self) {
        R::ambient().clear_entry();
    }

    // Into the dispatch among several runtimes, where it is one of few callers. In a debug build
    // each copy of a big future would then be in the same frame, and outgrow the stack.
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
        match Local::current() {
            Some(local) => local.spawn(future),
            None => context::spawn_local_elsewhere(),
        }
    }

    fn spawn_blocking<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        self.handle().0.spawn_blocking(f)
    }

    fn sleep_until(&self, deadline: Instant) -> Sleep {
        Sleep::until(deadline)
    }

    fn yield_now(&self) -> impl Future<Output = ()> + Send {
        let mut yielded = false;
        poll_fn(move |cx| {
            if yielded {
                return Poll::Ready(());
            }
            yielded = true;
            cx.waker().wake_by_ref();
            Poll::Pending
        })
    }

    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.handle().block_on(future)
    }

    fn task_id(&self) -> Option<Id> {
        current::task().map(|id| Id::ours(id.get()))
    }
}
