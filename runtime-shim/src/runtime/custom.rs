//! A runtime of the user's own, to which the shared executor hands its tasks.

use std::fmt;
use std::future::Future;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, Waker, ready};

use super::AsyncSleep;
use super::executor::{Handle, Park, Runnable, Timers, budget, impl_shared_executor};
use super::table::Kind;
use super::timers::Timer;
use crate::time::Instant;

/// A runtime of your own, on which `portable` runs its tasks.
///
/// The one thing that a runtime must do is to run what [`schedule`](Self::schedule) gives it. The
/// rest has a default. Tasks keep the whole contract: `portable` wraps them, and the runtime decides
/// only when and on which thread each is polled.
///
/// `portable` keeps each task that is to be polled, and a [`Runnable`] only stands for it. So tasks
/// end with `main` even if the runtime still holds their runnables, or has lost them.
///
/// A runtime is started by `#[portable::main(runtime = my::Runtime)]`, by
/// `#[portable::test(runtime = my::Runtime)]` or by
/// [`Builder::new_custom`](super::Builder::new_custom). It is dropped together with the builder and
/// the running [`Runtime`](super::Runtime), whichever is later, and with `main` at its end. Threads
/// that it has started can be joined in its destructor.
///
/// # Examples
///
/// A runtime with one thread of its own, for `async-executor`, `bevy_tasks` or a thread pool in place
/// of the channel:
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::runtime::{Builder, CustomRuntime, Runnable, current};
/// use std::sync::mpsc::{Sender, channel};
///
/// struct Own(Sender<Runnable>);
///
/// impl Own {
///     fn new() -> Self {
///         let (sender, receiver) = channel::<Runnable>();
///         std::thread::spawn(move || receiver.into_iter().for_each(Runnable::run));
///         Self(sender)
///     }
/// }
///
/// impl CustomRuntime for Own {
///     fn schedule(&self, runnable: Runnable) {
///         // If the thread is gone, this drops the runnable, which cancels its task.
///         let _ = self.0.send(runnable);
///     }
///
///     fn name(&self) -> &'static str {
///         "own"
///     }
/// }
///
/// let runtime = Builder::new_custom(Own::new()).build()?;
/// runtime.block_on(async {
///     assert_eq!(current(), "own");
///     let task = portable::task::spawn(async { 6 * 7 });
///     assert_eq!(task.await.unwrap(), 42);
/// });
/// # Ok::<(), std::io::Error>(())
/// ```
pub trait CustomRuntime: Send + Sync + 'static {
    /// Takes a task that is to be polled. The runtime then calls [`Runnable::run`] once, on any
    /// thread, soon and not within this call.
    ///
    /// `portable` calls this method for each new task, and each time a task is woken, on the thread
    /// that spawns or wakes it. If it panics, the panic hook reports that, and the task is
    /// cancelled.
    fn schedule(&self, runnable: Runnable);

    /// Waits on this thread until `future` is done. The runtime may run tasks meanwhile.
    ///
    /// `portable` calls this method for `main`, for a test, and for
    /// [`Runtime::block_on`](super::Runtime::block_on), perhaps on several threads at once. Where a
    /// panic leaves this method, it leaves that call too. If the method returns before `future` is
    /// done, the call panics.
    ///
    /// The default parks the thread, which runs no task meanwhile.
    fn block_on(&self, future: Pin<&mut dyn Future<Output = ()>>) {
        Custom::park_on(future);
    }

    /// Returns a future that is ready at `deadline`, or `None` for the default: a thread of
    /// `portable`'s that keeps all timers.
    ///
    /// `portable` calls this method at the first poll of a [`sleep`](crate::time::sleep), a timeout
    /// or a tick of an interval, and again when its deadline is moved. A runtime whose time is not
    /// that of the clock, as in a game that can be paused, converts the deadline when it is called.
    fn sleep_until(&self, deadline: Instant) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        let _ = deadline;
        None
    }

    /// Returns the name that [`current`](super::current) returns inside this runtime. The default
    /// is `"custom"`.
    fn name(&self) -> &'static str {
        Kind::Custom.name()
    }
}

impl<R: CustomRuntime + ?Sized> CustomRuntime for Arc<R> {
    fn schedule(&self, runnable: Runnable) {
        (**self).schedule(runnable);
    }

    fn block_on(&self, future: Pin<&mut dyn Future<Output = ()>>) {
        (**self).block_on(future);
    }

    fn sleep_until(&self, deadline: Instant) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        (**self).sleep_until(deadline)
    }

    fn name(&self) -> &'static str {
        (**self).name()
    }
}

/// The runtime of the user's own that the calling thread belongs to, for code that is generic over an
/// [`AsyncRuntime`](super::AsyncRuntime). The runtime itself implements [`CustomRuntime`].
///
/// # Panics
///
/// Its methods panic on a thread that belongs to no runtime, unless a `#[portable::main]` with a
/// custom runtime runs or has run: nobody can start such a runtime by itself.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::runtime::{AsyncRuntime, Builder, Custom, CustomRuntime, Runnable};
///
/// struct ThreadEach;
///
/// impl CustomRuntime for ThreadEach {
///     fn schedule(&self, runnable: Runnable) {
///         std::thread::spawn(|| runnable.run());
///     }
/// }
///
/// let runtime = Builder::new_custom(ThreadEach).build()?;
/// let answer = runtime.block_on(async { Custom.spawn(async { 6 * 7 }).await });
/// assert_eq!(answer.unwrap(), 42);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Custom;

impl Custom {
    /// Returns the user's runtime that calls from this thread go to.
    fn here() -> Option<Shared> {
        let here = Handle::theirs();
        here.or_else(|| FALLBACK.entry()?.their_runtime())
    }
}

/// A runtime of the user's own, shared by all that refer to it.
#[derive(Clone)]
pub(in crate::runtime) struct Shared(Arc<dyn CustomRuntime>);

// The runtimes of this crate are unwind safe, and so must be what has one of them as a field.
impl UnwindSafe for Shared {}
impl RefUnwindSafe for Shared {}

impl Shared {
    pub(super) fn new(runtime: impl CustomRuntime) -> Self {
        Self(Arc::new(runtime))
    }

    pub(super) fn schedule(&self, runnable: Runnable) {
        self.0.schedule(runnable);
    }

    pub(super) fn block_on(&self, future: Pin<&mut dyn Future<Output = ()>>) {
        self.0.block_on(future);
    }

    pub(super) fn name(&self) -> &'static str {
        self.0.name()
    }
}

impl Shared {
    /// Returns a reference that does not keep the runtime from being dropped.
    pub(in crate::runtime) fn lend(&self) -> Lent {
        Lent(Arc::downgrade(&self.0))
    }
}

/// A runtime of the user's own that is dropped when it has ended.
#[derive(Clone)]
pub(in crate::runtime) struct Lent(Weak<dyn CustomRuntime>);

// As for `Shared`.
impl UnwindSafe for Lent {}
impl RefUnwindSafe for Lent {}

impl Lent {
    /// Returns the runtime, unless it has ended.
    #[inline]
    pub(in crate::runtime) fn get(&self) -> Option<Shared> {
        self.0.upgrade().map(Shared)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CustomRuntime").field(&self.name()).finish()
    }
}

impl Timers for Custom {
    type Sleep = Sleep;

    fn sleep_until(deadline: Instant) -> Sleep {
        Sleep {
            deadline,
            timer: Chosen::Later,
        }
    }
}

/// A timer: the user's, or one that a thread of this crate keeps.
#[derive(Debug)]
pub struct Sleep {
    deadline: Instant,
    timer: Chosen,
}

/// Which timer it is, which the first poll decides.
#[derive(Debug)]
enum Chosen {
    Later,
    Ours(Timer),
    Theirs(Theirs),
}

/// A timer of the user's.
struct Theirs {
    // A sleep may outlive its runtime, which is dropped at its end all the same.
    runtime: Lent,
    // Never locked. The lock makes the timer `Sync`, which the user's future need not be.
    timer: Mutex<Pin<Box<dyn Future<Output = ()> + Send>>>,
    /// The waker of the task that waits.
    waiting: Option<Waker>,
}

impl Theirs {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let timer = self.timer.get_mut();
        let timer = timer.unwrap_or_else(PoisonError::into_inner);
        timer.as_mut().poll(cx)
    }

    fn wait_with(&mut self, waker: &Waker) {
        match &mut self.waiting {
            Some(waiting) => waiting.clone_from(waker),
            None => self.waiting = Some(waker.clone()),
        }
    }
}

impl fmt::Debug for Theirs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CustomRuntime").finish_non_exhaustive()
    }
}

impl Chosen {
    fn at(deadline: Instant, runtime: Option<Shared>) -> Self {
        let theirs = runtime.and_then(|runtime| {
            let timer = Mutex::new(runtime.0.sleep_until(deadline)?);
            Some(Theirs {
                runtime: runtime.lend(),
                timer,
                waiting: None,
            })
        });
        theirs.map_or_else(|| Self::Ours(Timer::at(deadline)), Self::Theirs)
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        ready!(budget::poll(cx));
        if let Chosen::Later = self.timer {
            self.timer = Chosen::at(self.deadline, Custom::here());
        }
        match &mut self.timer {
            Chosen::Theirs(timer) => {
                if timer.poll(cx).is_pending() {
                    timer.wait_with(cx.waker());
                    return Poll::Pending;
                }
                timer.waiting = None;
            }
            Chosen::Ours(timer) => ready!(Pin::new(timer).poll(cx)),
            Chosen::Later => {}
        }
        budget::spend();
        Poll::Ready(())
    }
}

impl AsyncSleep for Sleep {
    fn reset(mut self: Pin<&mut Self>, deadline: Instant) {
        self.deadline = deadline;
        match &mut self.timer {
            Chosen::Later => {}
            Chosen::Ours(timer) => Pin::new(timer).reset(deadline),
            Chosen::Theirs(old) => {
                let waiting = old.waiting.take();
                self.timer = Chosen::at(deadline, old.runtime.get());
                if let Some(waker) = waiting {
                    self.wait_again(waker);
                }
            }
        }
    }
}

impl Sleep {
    /// Waits for the new deadline for the task that waited for the old one.
    fn wait_again(&mut self, waker: Waker) {
        let mut cx = Context::from_waker(&waker);
        let polled = match &mut self.timer {
            Chosen::Theirs(timer) => timer.poll(&mut cx),
            Chosen::Ours(timer) => Pin::new(timer).poll(&mut cx),
            Chosen::Later => Poll::Ready(()),
        };
        if polled.is_ready() {
            // The task polls the sleep again, which must be ready again.
            self.timer = Chosen::Ours(Timer::at(Instant::now()));
            waker.wake();
        } else if let Chosen::Theirs(timer) = &mut self.timer {
            timer.waiting = Some(waker);
        }
    }
}

impl Park for Custom {
    fn park_on(future: Pin<&mut dyn Future<Output = ()>>) {
        #[cfg(feature = "_reactor")]
        super::executor::reactor::park_on(future);
        #[cfg(not(feature = "_reactor"))]
        {
            let mut future = future;
            let (parker, unparker) = parking::pair();
            let waker = unparker.into();
            let mut cx = Context::from_waker(&waker);
            while future.as_mut().poll(&mut cx).is_pending() {
                parker.park();
            }
        }
    }
}

impl_shared_executor! { Custom, has_workers: true
    fn name() -> &'static str {
        Self::here().map_or(Kind::Custom.name(), |runtime| runtime.name())
    }
}
