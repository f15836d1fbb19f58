//! A runtime for tasks that stay on its thread.

use std::fmt;
use std::future::Future;
use std::io;
use std::marker::PhantomData;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::time::Duration;

#[allow(unused_imports, reason = "needed with a runtime")]
use super::Builder;
use super::{Enter, EnterGuard, Handle, Runtime, RuntimeMetrics};
use crate::task::{JoinHandle, LocalEnterGuard, LocalSet};

/// A current-thread runtime that stays on its thread, with tasks that need not be [`Send`].
///
/// Equivalent to `tokio::runtime::LocalRuntime`.
///
/// [`task::spawn_local`](crate::task::spawn_local) works in all of its tasks, those of
/// [`task::spawn`](crate::task::spawn) too, and the local tasks go on in the next
/// [`block_on`](Self::block_on). With a [`Runtime`], they end with each `block_on`.
///
/// Dropping it ends its tasks, and then shuts the runtime down as dropping a [`Runtime`] does.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # {
/// use portable::runtime::LocalRuntime;
/// use std::rc::Rc;
///
/// let runtime = LocalRuntime::new()?;
/// let shared = Rc::new(6);
/// let task = runtime.spawn_local({
///     let shared = shared.clone();
///     async move { *shared * 7 }
/// });
/// assert_eq!(runtime.block_on(task).unwrap(), 42);
/// # }
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct LocalRuntime {
    // `None` once the tasks are being dropped.
    tasks: Option<LocalSet>,
    // `None` once the runtime is being shut down.
    runtime: Option<Runtime>,
    stays: PhantomData<*mut ()>,
}

/// Settings of a [`LocalRuntime`] alone, of which there are none.
///
/// Equivalent to `tokio::runtime::LocalOptions`.
///
/// `Builder::build_local` takes it.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct LocalOptions {
    stays: PhantomData<*mut ()>,
}

impl LocalRuntime {
    fn runtime(&self) -> &Runtime {
        self.runtime
            .as_ref()
            .expect("it is taken only when it is shut down")
    }

    fn tasks(&self) -> &LocalSet {
        self.tasks
            .as_ref()
            .expect("they are taken only when the runtime is shut down")
    }

    /// Returns a reference to this runtime, for other threads.
    ///
    /// What is spawned by it runs while this thread is inside [`block_on`](Self::block_on).
    pub fn handle(&self) -> &Handle {
        self.runtime().handle()
    }

    /// Spawns a task that stays on this thread. It runs while the thread is inside
    /// [`block_on`](Self::block_on).
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let _guard = self.runtime().enter();
        self.tasks().spawn_local(future)
    }

    /// Like [`task::spawn_blocking`](crate::task::spawn_blocking), on this runtime.
    #[track_caller]
    pub fn spawn_blocking<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        self.runtime().spawn_blocking(f)
    }

    /// Runs `future` on this thread until it is done, and the tasks too.
    ///
    /// # Panics
    ///
    /// Panics where [`Runtime::block_on`] does.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let tasks = self.tasks();
        self.runtime().block_on(async {
            // Other tasks of the runtime spawn into the set too.
            let _guard = tasks.enter();
            tasks.run_until(future).await
        })
    }

    /// Makes calls from this thread go to this runtime until the guard is dropped, also those of
    /// [`task::spawn_local`](crate::task::spawn_local).
    ///
    /// # Panics
    ///
    /// Panics where [`Runtime::enter`] does.
    #[track_caller]
    pub fn enter(&self) -> LocalRuntimeGuard<'_> {
        let runtime = self.runtime().enter();
        LocalRuntimeGuard {
            _tasks: self.tasks().enter(),
            _runtime: runtime,
        }
    }

    /// Returns the numbers of this runtime at this moment.
    pub fn metrics(&self) -> RuntimeMetrics {
        self.handle().metrics()
    }

    /// Drops the tasks and waits for running closures, at most for `timeout`.
    ///
    /// See [`Runtime::shutdown_timeout`].
    pub fn shutdown_timeout(mut self, timeout: Duration) {
        self.drop_tasks();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(timeout);
        }
    }

    /// Drops the tasks, and waits for nothing.
    pub fn shutdown_background(self) {
        self.shutdown_timeout(Duration::ZERO);
    }

    /// Drops the local tasks inside the runtime.
    fn drop_tasks(&mut self) {
        if let Some(tasks) = self.tasks.take()
            && let Some(runtime) = &self.runtime
        {
            // Not by a guard of the user's, which panics in the destructor of a thread-local.
            let handle = &runtime.handle().0;
            let _entered = Enter::enter(handle);
            let _foreign = handle.enter_foreign();
            drop(tasks);
        }
    }
}

impl Drop for LocalRuntime {
    fn drop(&mut self) {
        self.drop_tasks();
    }
}

// No code outside can see a state that a panic left half done. Tokio's is so too.
impl UnwindSafe for LocalRuntime {}
impl RefUnwindSafe for LocalRuntime {}

impl fmt::Debug for LocalRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalRuntime").finish_non_exhaustive()
    }
}

/// A guard that makes the calls from its thread go to a [`LocalRuntime`].
///
/// [`LocalRuntime::enter`] returns it. Tokio's is an [`EnterGuard`], which can be shared among threads.
///
/// # Panics
///
/// Dropping it panics where dropping an [`EnterGuard`] does.
#[must_use = "dropping the guard at once leaves the runtime again"]
pub struct LocalRuntimeGuard<'a> {
    _tasks: LocalEnterGuard,
    _runtime: EnterGuard<'a>,
}

impl fmt::Debug for LocalRuntimeGuard<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalRuntimeGuard").finish_non_exhaustive()
    }
}

with_runtime! {
    impl LocalRuntime {
        /// Starts a runtime with the default settings.
        ///
        /// # Errors
        ///
        /// Fails as [`Builder::build`] does.
        pub fn new() -> io::Result<Self> {
            Builder::new_current_thread().build_local(LocalOptions::default())
        }
    }

    impl Builder {
        /// Starts a runtime for tasks that stay on this thread.
        ///
        /// # Errors
        ///
        /// Returns [`InvalidInput`](io::ErrorKind::InvalidInput) for a builder of the multi-thread
        /// flavour, where Tokio panics. Otherwise fails as [`build`](Self::build) does.
        ///
        /// # Examples
        ///
        /// ```
        /// # extern crate portable_runtime_shim as portable;
        /// # #[cfg(feature = "_runtime")]
        /// # {
        /// use portable::runtime::{Builder, LocalOptions};
        ///
        /// let runtime = Builder::new_current_thread().build_local(LocalOptions::default())?;
        /// assert_eq!(runtime.block_on(async { 6 * 7 }), 42);
        /// # }
        /// # Ok::<(), std::io::Error>(())
        /// ```
        pub fn build_local(&mut self, options: LocalOptions) -> io::Result<LocalRuntime> {
            let LocalOptions { stays } = options;
            if self.has_workers() {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidInput,
                    "portable: `build_local` needs the current-thread flavour, whose tasks stay on \
                     one thread: use `Builder::new_current_thread()`",
                ));
            }
            Ok(LocalRuntime {
                tasks: Some(LocalSet::new()),
                runtime: Some(self.build()?),
                stays,
            })
        }
    }
}
