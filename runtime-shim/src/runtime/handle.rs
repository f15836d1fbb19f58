//! A running runtime, and a reference to one.

use std::future::Future;
use std::io;
use std::time::Duration;

#[cfg(feature = "inspect")]
use super::dump::{self, Dump, Watchdog};
use super::metrics::Metered;
use super::try_current_error::Why;
use super::{
    AsyncHandle, AsyncInstance, AsyncRuntime, Backend, Builder, EnterGuard, Flavor, Id, Selected,
    TryCurrentError, enter, fork, selected,
};
#[cfg(feature = "inspect")]
use crate::inspect::Attached;
use crate::task::observe::{self, Kind, Origin};
use crate::task::{JoinHandle, boxed_if_big};

/// A running runtime.
///
/// Equivalent to `tokio::runtime::Runtime`.
///
/// Dropping it shuts it down as [`shutdown_timeout`](Self::shutdown_timeout) does, with the time
/// that was set on the [`Builder`]. It may be dropped anywhere: in a task, where Tokio panics, and
/// even in a task or a closure of its own.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # {
/// use portable::runtime::Runtime;
/// use portable::task;
///
/// let runtime = Runtime::new()?;
/// let answer = runtime.block_on(async { task::spawn(async { 6 * 7 }).await });
/// assert_eq!(answer.unwrap(), 42);
/// # }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Runtime {
    pub(crate) instance: <Selected as Backend>::Instance,
    pub(super) handle: Handle,
    // Dropped after the instance: a task may be stuck at the end of the runtime too.
    #[cfg(feature = "inspect")]
    pub(super) _attached: Attached,
}

impl Runtime {
    /// Returns the handle of this runtime, whose clones are for other threads.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::Runtime;
    ///
    /// let runtime = Runtime::new()?;
    /// let handle = runtime.handle().clone();
    /// let thread = std::thread::spawn(move || handle.block_on(async { 6 * 7 }));
    /// assert_eq!(thread.join().unwrap(), 42);
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Makes calls from this thread go to this runtime until the guard is dropped, as
    /// [`Handle::enter`] does.
    ///
    /// # Panics
    ///
    /// Panics where [`Handle::enter`] does.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::Runtime;
    /// use portable::task;
    ///
    /// let runtime = Runtime::new()?;
    /// let task = {
    ///     let _guard = runtime.enter();
    ///     task::spawn(async { 6 * 7 })
    /// };
    /// assert_eq!(runtime.block_on(task).unwrap(), 42);
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[track_caller]
    pub fn enter(&self) -> EnterGuard<'_> {
        self.handle.enter()
    }

    /// Runs `future` on this thread until it is done, and on the current-thread flavour the tasks
    /// too.
    ///
    /// The future need not be [`Send`], and [`spawn_local`](crate::task::spawn_local) works within
    /// it.
    ///
    /// # Panics
    ///
    /// Panics on a thread that polls tasks, of any runtime. Also panics if the future panics.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.instance.block_on(observe::block_on(future))
    }

    /// Like [`block_on`](Self::block_on), and ends the runtime together with the future.
    #[track_caller]
    pub(crate) fn run_to_end<F: Future>(self, future: F) -> F::Output {
        self.instance.run_to_end(observe::block_on(future))
    }

    /// Like [`task::spawn`](crate::task::spawn), on this runtime.
    ///
    /// On the current-thread flavour the task runs while a thread is inside
    /// [`block_on`](Self::block_on).
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.handle().spawn(future)
    }

    /// Like [`task::spawn_blocking`](crate::task::spawn_blocking), on this runtime.
    #[track_caller]
    pub fn spawn_blocking<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        self.handle().spawn_blocking(f)
    }

    /// Like [`task::spawn_compute`](crate::task::spawn_compute), on this runtime.
    ///
    /// # Panics
    ///
    /// Panics where [`task::spawn_compute`](crate::task::spawn_compute) does.
    #[cfg(feature = "rayon")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rayon")))]
    #[track_caller]
    pub fn spawn_compute<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        self.handle().spawn_compute(f)
    }

    /// Drops the pending tasks and waits for running closures and polls, at most for `timeout`.
    ///
    /// On a thread that polls tasks, this waits only for polls, so that the futures are dropped
    /// when it returns. Closures may take long, and the other tasks of that thread would stop in
    /// the meantime. A task or a closure that ends its own runtime does not wait for itself.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::Runtime;
    /// use std::time::Duration;
    ///
    /// let runtime = Runtime::new()?;
    /// let closure = runtime.spawn_blocking(|| std::thread::sleep(Duration::from_millis(10)));
    /// runtime.shutdown_timeout(Duration::from_secs(10));
    /// # let _ = closure;
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn shutdown_timeout(self, timeout: Duration) {
        self.instance.shutdown_timeout(timeout);
    }

    /// Drops the pending tasks and waits for nothing, as
    /// [`shutdown_timeout`](Self::shutdown_timeout) does with a time of zero.
    ///
    /// Closures that run go on, and so do polls, after which their tasks are dropped. Closures that
    /// wait for a thread are cancelled.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::Runtime;
    /// use std::time::Duration;
    ///
    /// let runtime = Runtime::new()?;
    /// let closure = runtime.spawn_blocking(|| std::thread::sleep(Duration::from_millis(10)));
    /// runtime.shutdown_background();
    /// # let _ = closure;
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn shutdown_background(self) {
        self.shutdown_timeout(Duration::ZERO);
    }
}

with_runtime! {
    impl Runtime {
        /// Creates a multi-thread runtime with the default settings.
        ///
        /// # Errors
        ///
        /// Fails as [`Builder::build`] does.
        pub fn new() -> io::Result<Self> {
            Builder::new_multi_thread().build()
        }
    }
}

/// A reference to a running runtime, for use from any thread.
///
/// Equivalent to `tokio::runtime::Handle`.
///
/// A handle does not keep the runtime running. After the runtime has ended, tasks spawned through
/// the handle are cancelled.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # {
/// use portable::runtime::{Handle, Runtime};
///
/// let runtime = Runtime::new()?;
/// let handle: Handle = runtime.handle().clone();
/// let thread = std::thread::spawn(move || handle.spawn(async { 6 * 7 }));
/// let task = thread.join().unwrap();
/// assert_eq!(runtime.block_on(task).unwrap(), 42);
/// # }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Handle(pub(super) <Selected as AsyncRuntime>::Handle);

impl Handle {
    pub(super) fn metered(&self) -> &impl Metered {
        &self.0
    }

    /// Returns the runtime that calls from this thread go to (see [the rules](crate::runtime)).
    /// Starts one if there is none. [`try_current`](Self::try_current) does not.
    pub fn current() -> Self {
        Self(Selected::default().handle())
    }

    /// Returns the runtime that this thread belongs to or has [entered](Self::enter), or on Tokio
    /// the one whose context other code has entered. Starts none.
    ///
    /// These are the first two of [the rules](crate::runtime). A plain thread belongs to no runtime,
    /// although `spawn` works there.
    ///
    /// # Errors
    ///
    /// Returns an error on a thread that belongs to no runtime, and in the destructor of a
    /// thread-local if it runs so late that the thread belongs to none any more.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::{Handle, Runtime};
    ///
    /// assert!(Handle::try_current().unwrap_err().is_missing_context());
    ///
    /// let runtime = Runtime::new()?;
    /// let here = runtime.block_on(async { Handle::try_current().unwrap() });
    /// assert_eq!(here.id(), runtime.handle().id());
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn try_current() -> Result<Self, TryCurrentError> {
        let runtime = Selected::default();
        match runtime.try_handle() {
            Some(handle) => Ok(Self(handle)),
            None if runtime.is_destroyed_here() => Err(TryCurrentError(Why::ThreadLocalDestroyed)),
            None => Err(TryCurrentError(Why::NoContext)),
        }
    }

    /// Makes calls from this thread go to this runtime until the guard is dropped: `spawn`,
    /// `spawn_blocking`, `sleep`, sockets, [`current`](Self::current) and
    /// [`try_current`](Self::try_current). On Tokio, what asks for Tokio's own context finds this
    /// runtime too.
    ///
    /// The guards of a thread nest: each must be dropped before those that are older than it. The
    /// thread polls none of the runtime's tasks. On the current-thread flavour they run while a
    /// thread is inside [`Runtime::block_on`]. After the end of the runtime, what is spawned is
    /// cancelled.
    ///
    /// # Panics
    ///
    /// Panics in the destructor of a thread-local if it runs so late that the thread can belong to
    /// no runtime any more. A guard that is dropped out of order panics, see [`EnterGuard`].
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::{Handle, Runtime};
    /// use portable::task;
    ///
    /// let runtime = Runtime::new()?;
    /// let handle = runtime.handle().clone();
    /// let thread = std::thread::spawn(move || {
    ///     let _guard = handle.enter();
    ///     assert_eq!(Handle::current().id(), handle.id());
    ///     task::spawn(async { 6 * 7 })
    /// });
    /// let task = thread.join().unwrap();
    /// assert_eq!(runtime.block_on(task).unwrap(), 42);
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[track_caller]
    pub fn enter(&self) -> EnterGuard<'_> {
        enter::enter(&self.0)
    }

    /// Returns the id of the runtime.
    pub fn id(&self) -> Id {
        self.0.id()
    }

    /// Returns the name that [`Builder::name`] gave the runtime, or on Tokio the name from Tokio's
    /// own builder.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::{Builder, Handle};
    ///
    /// let runtime = Builder::new_current_thread().name("crawler").build()?;
    /// let name = runtime.block_on(async { Handle::current().name().map(String::from) });
    /// assert_eq!(name.as_deref(), Some("crawler"));
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn name(&self) -> Option<&str> {
        self.0.name()
    }

    /// Returns the flavour of the runtime. Embassy and pollster have only
    /// [`CurrentThread`](super::Flavor::CurrentThread), and a runtime of your own is
    /// [`MultiThread`](super::Flavor::MultiThread).
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::{Builder, RuntimeFlavor};
    ///
    /// let runtime = Builder::new_current_thread().build()?;
    /// assert_eq!(runtime.handle().runtime_flavor(), RuntimeFlavor::CurrentThread);
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn runtime_flavor(&self) -> Flavor {
        self.0.flavor()
    }

    /// Returns what each task of the runtime does at this moment. No task is polled for it, and no
    /// thread of the runtime waits for it, except for the moment in which a task is spawned or ends
    /// while the dump reads a small part of the tasks.
    ///
    /// It has the tasks that the functions of this crate have spawned, on Tokio also those on a
    /// runtime that other code has built. Its text is a table:
    ///
    /// ```text
    /// state      for  id  name    kind  polls  last poll  longest poll   busy    age  spawned at
    /// polling  4.1s   4  parser  task      2     12.0µs          4.1s   4.1s   4.2s  src/main.rs:12:9
    /// waiting  3.0s   3  ticks   task      4      1.2µs         3.1µs  7.9µs   4.2s  src/main.rs:7:9
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::runtime::Handle;
    /// use portable::task;
    ///
    /// let waits = task::spawn(std::future::pending::<()>());
    /// for task in Handle::current().dump().tasks().iter() {
    ///     println!("{} is {} since {:?}", task.id(), task.state(), task.state_age());
    /// }
    /// # waits.abort();
    /// # });
    /// ```
    #[cfg(feature = "inspect")]
    #[cfg_attr(docsrs, doc(cfg(feature = "inspect")))]
    pub fn dump(&self) -> Dump {
        Dump::of(self.id())
    }

    /// Calls `report` with each task of the runtime that is in one poll for longer than `limit`,
    /// once for each poll, until the returned value is dropped.
    ///
    /// A thread watches the runtime, and calls `report`. It reports a task at the latest when the
    /// poll has taken one and a half times the limit. Closures of
    /// [`spawn_blocking`](crate::task::spawn_blocking) may block, and are not reported. Neither is
    /// the future inside `block_on`, which is no task. A panic of `report` goes to the panic hook
    /// and no further. [`Builder::watchdog`] prints the reports.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidInput`](io::ErrorKind::InvalidInput) for a limit of zero, and an error of
    /// another kind if the operating system refuses a thread, and in a process that was made by
    /// `fork` from one that had used a runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::runtime::Handle;
    /// use portable::time::Duration;
    ///
    /// let watchdog = Handle::current().watchdog(Duration::from_millis(100), |task| {
    ///     eprintln!("{} blocks its thread", task.name().unwrap_or("a task"));
    /// })?;
    /// # drop(watchdog);
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[cfg(feature = "inspect")]
    #[cfg_attr(docsrs, doc(cfg(feature = "inspect")))]
    pub fn watchdog(
        &self,
        limit: Duration,
        report: impl FnMut(&dump::Task) + Send + 'static,
    ) -> io::Result<Watchdog> {
        Watchdog::start(self.id(), limit, report)
    }

    /// Like [`task::spawn`](crate::task::spawn), on this runtime.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        fork::assert_not_forked();
        let origin = Origin::here(Kind::Task).on(self);
        boxed_if_big!(future => observe::spawn!(origin, future => self.0.spawn(future)))
    }

    /// Like [`task::spawn_blocking`](crate::task::spawn_blocking), on this runtime.
    #[track_caller]
    pub fn spawn_blocking<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        fork::assert_not_forked();
        let (f, spawning) = observe::closure(f, Origin::here(Kind::Blocking).on(self));
        let handle = JoinHandle(selected::handle(self.0.spawn_blocking(f)));
        spawning.spawned(|| handle.id());
        handle
    }

    /// Like [`task::spawn_compute`](crate::task::spawn_compute), as a closure of this runtime: what
    /// the closure spawns goes to this runtime, and the runtime's end waits for the closure.
    ///
    /// # Panics
    ///
    /// Panics where [`task::spawn_compute`](crate::task::spawn_compute) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::Runtime;
    ///
    /// let runtime = Runtime::new()?;
    /// let sum = runtime.handle().spawn_compute(|| (1..=1_000_u64).sum::<u64>());
    /// assert_eq!(runtime.block_on(sum)?, 500_500);
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[cfg(feature = "rayon")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rayon")))]
    #[track_caller]
    pub fn spawn_compute<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        fork::assert_not_forked();
        let (f, spawning) = observe::closure(f, Origin::here(Kind::Compute).on(self));
        let handle = self.0.spawn_compute(f);
        spawning.spawned(|| handle.id());
        handle
    }

    /// Runs `future` on this thread until it is done. Tasks that it spawns go to this runtime.
    ///
    /// # Panics
    ///
    /// Panics on a thread that polls tasks, of any runtime. Also panics if the future panics.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(observe::block_on(future))
    }
}
