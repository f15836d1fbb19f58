//! Building a runtime by hand.

use std::io;
use std::time::Duration;

#[cfg(feature = "inspect")]
use super::AsyncHandle;
use super::{AsyncInstance, Backend, Config, Flavor, Handle, Runtime, Selected};
#[cfg(feature = "inspect")]
use crate::inspect::Wanted;
#[cfg(all(unix, feature = "inspect", feature = "signal"))]
use crate::signal::unix::SignalKind;

/// A builder for a [`Runtime`].
///
/// Equivalent to `tokio::runtime::Builder`.
///
/// Each setting means the same on every runtime.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # {
/// use portable::runtime::Builder;
///
/// let runtime = Builder::new_multi_thread()
///     .worker_threads(4)
///     .thread_name("crawler")
///     .thread_stack_size(3 * 1024 * 1024)
///     .build()?;
/// assert_eq!(runtime.block_on(async { 6 * 7 }), 42);
/// # }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct Builder {
    pub(super) choice: Choice,
    pub(super) flavor: Flavor,
    pub(super) worker_threads: Option<usize>,
    pub(super) thread_name: String,
    pub(super) thread_stack_size: Option<usize>,
    pub(super) max_blocking_threads: usize,
    pub(crate) shutdown_timeout: Duration,
    pub(super) name: Option<String>,
    #[cfg(feature = "tokio-context")]
    pub(super) tokio_context: Flavor,
    #[cfg(feature = "inspect")]
    inspect: Wanted,
}

/// What decides which runtime is built.
#[derive(Clone, Debug)]
pub(super) enum Choice {
    /// The environment of the program, and the features that are on.
    Preferred,
    Named(String),
    #[cfg(feature = "custom")]
    Custom(super::custom::Shared),
}

impl Builder {
    /// Creates a builder for a runtime whose tasks run on worker threads.
    ///
    /// Embassy and pollster have no worker threads. There this is the same as
    /// [`new_current_thread`](Self::new_current_thread).
    pub fn new_multi_thread() -> Self {
        Self::new(Flavor::MultiThread)
    }

    /// Creates a builder for a runtime whose tasks run on the thread inside [`Runtime::block_on`].
    pub fn new_current_thread() -> Self {
        Self::new(Flavor::CurrentThread)
    }

    /// Creates a builder for a runtime of your own, whose tasks run where `runtime` runs them.
    ///
    /// `worker_threads` is an error here, because such a runtime starts its threads itself. The
    /// other settings are about the threads for blocking closures, and about the end.
    ///
    /// # Examples
    ///
    /// A runtime that runs every task on one thread:
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// use portable::runtime::{Builder, CustomRuntime, Runnable};
    /// use std::sync::mpsc::{Sender, channel};
    ///
    /// struct OneThread(Sender<Runnable>);
    ///
    /// impl CustomRuntime for OneThread {
    ///     fn schedule(&self, runnable: Runnable) {
    ///         let _ = self.0.send(runnable);
    ///     }
    /// }
    ///
    /// let (sender, receiver) = channel::<Runnable>();
    /// std::thread::spawn(move || receiver.into_iter().for_each(Runnable::run));
    ///
    /// let runtime = Builder::new_custom(OneThread(sender)).build()?;
    /// let answer = runtime.block_on(async { portable::task::spawn(async { 6 * 7 }).await });
    /// assert_eq!(answer.unwrap(), 42);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[cfg(feature = "custom")]
    #[cfg_attr(docsrs, doc(cfg(feature = "custom")))]
    pub fn new_custom(runtime: impl super::CustomRuntime) -> Self {
        let mut builder = Self::new(Flavor::MultiThread);
        builder.set_custom(runtime);
        builder
    }

    #[cfg(feature = "custom")]
    pub(crate) fn set_custom(&mut self, runtime: impl super::CustomRuntime) {
        self.choice = Choice::Custom(super::custom::Shared::new(runtime));
    }

    /// Returns whether the runtime is one of the user's own, which starts its threads itself.
    pub(super) fn has_own_threads(&self) -> bool {
        #[cfg(feature = "custom")]
        return matches!(self.choice, Choice::Custom(_));
        #[cfg(not(feature = "custom"))]
        false
    }

    fn new(flavor: Flavor) -> Self {
        Self {
            choice: Choice::Preferred,
            flavor,
            worker_threads: None,
            thread_name: "portable-worker".into(),
            thread_stack_size: None,
            max_blocking_threads: 512,
            shutdown_timeout: Duration::from_secs(1),
            name: None,
            #[cfg(feature = "tokio-context")]
            tokio_context: Flavor::CurrentThread,
            #[cfg(feature = "inspect")]
            inspect: Wanted::default(),
        }
    }

    /// Sets the runtime to build, by its name. It must be compiled in.
    ///
    /// The default is the runtime that the environment variable `PORTABLE_RUNTIME` names, and
    /// without the variable the first of [`available`](super::available).
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::{Builder, available, current};
    ///
    /// for name in available() {
    ///     let runtime = Builder::new_current_thread().runtime(name).build()?;
    ///     assert_eq!(runtime.block_on(async { current() }), name);
    /// }
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn runtime(&mut self, name: impl Into<String>) -> &mut Self {
        self.choice = Choice::Named(name.into());
        self
    }

    /// Sets a name for this runtime, for logs and metrics of a process with several runtimes. Only
    /// people read it. [`Handle::name`](super::Handle::name) returns it, and so does Tokio's own
    /// handle on Tokio. The name of threads is [`thread_name`](Self::thread_name).
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::Builder;
    ///
    /// let crawler = Builder::new_multi_thread().name("crawler").build()?;
    /// # drop(crawler);
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn name(&mut self, name: impl Into<String>) -> &mut Self {
        self.name = Some(name.into());
        self
    }

    /// Does nothing: timers and sockets start when they are first used.
    ///
    /// It exists so that programs written for Tokio's builder need no change.
    pub fn enable_all(&mut self) -> &mut Self {
        self
    }

    /// Sets the number of threads that poll tasks. The default is the number of cores.
    ///
    /// The environment variable `PORTABLE_WORKER_THREADS` overrides it at launch. The greatest
    /// number is 32,767.
    pub fn worker_threads(&mut self, count: usize) -> &mut Self {
        self.worker_threads = Some(count);
        self
    }

    /// Sets the name of the threads that the runtime starts, both workers and blocking threads. The
    /// default is `portable-worker`.
    pub fn thread_name(&mut self, name: impl Into<String>) -> &mut Self {
        self.thread_name = name.into();
        self
    }

    /// Sets the stack size, in bytes, of the threads that the runtime starts. The default is 2 MiB.
    ///
    /// On the current-thread flavour tasks run on the caller's stack.
    pub fn thread_stack_size(&mut self, bytes: usize) -> &mut Self {
        self.thread_stack_size = Some(bytes);
        self
    }

    /// Sets the greatest number of threads that run blocking closures at once. The default is 512.
    ///
    /// Further closures wait for a free thread. With `usize::MAX` there are as many as the
    /// operating system allows.
    pub fn max_blocking_threads(&mut self, count: usize) -> &mut Self {
        self.max_blocking_threads = count;
        self
    }

    /// Sets how long the end of the runtime waits for running closures and polls. The default is one
    /// second.
    pub fn shutdown_timeout(&mut self, timeout: Duration) -> &mut Self {
        self.shutdown_timeout = timeout;
        self
    }

    /// Sets the flavour of the Tokio runtime whose context the threads of this runtime are in. The
    /// default is [`Flavor::CurrentThread`].
    ///
    /// Tokio runs there what dependencies start by `tokio::spawn`, and watches their sockets and
    /// timers. With [`Flavor::CurrentThread`] that is one thread. With [`Flavor::MultiThread`] there
    /// are as many threads as [`worker_threads`](Self::worker_threads) says, and
    /// `tokio::task::block_in_place` works in tasks of `tokio::spawn`. `portable::spawn` and the
    /// other functions of this crate go to this runtime from there too.
    ///
    /// On Tokio this does nothing: its own context is there.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::{Builder, Flavor};
    ///
    /// let runtime = Builder::new_multi_thread()
    ///     .worker_threads(2)
    ///     .tokio_context(Flavor::MultiThread)
    ///     .build()?;
    /// # drop(runtime);
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[cfg(feature = "tokio-context")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tokio-context")))]
    pub fn tokio_context(&mut self, flavor: Flavor) -> &mut Self {
        self.tokio_context = flavor;
        self
    }

    /// Reports on standard error each task that is in one poll for longer than `limit`, once for
    /// each poll. The report has the name of the task, its id, the place where it was spawned, and
    /// the time.
    ///
    /// A thread watches the runtime from its start to its end. It reports a task at the latest when
    /// the poll has taken one and a half times the limit. Closures of
    /// [`spawn_blocking`](crate::task::spawn_blocking) may block, and are not reported. Neither is
    /// the future inside `block_on`, which is no task. [`Handle::watchdog`](super::Handle::watchdog)
    /// calls a function instead of printing.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::Builder;
    /// use std::time::Duration;
    ///
    /// let runtime = Builder::new_multi_thread().watchdog(Duration::from_millis(100)).build()?;
    /// # drop(runtime);
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[cfg(feature = "inspect")]
    #[cfg_attr(docsrs, doc(cfg(feature = "inspect")))]
    pub fn watchdog(&mut self, limit: Duration) -> &mut Self {
        self.inspect.watchdog = Some(limit);
        self
    }

    /// Prints a [`dump`](super::Handle::dump) of the runtime on standard error at each signal of
    /// this kind, from the start of the runtime to its end.
    ///
    /// The thread for signals prints it, so that a dump comes while every worker is stuck. Other
    /// listeners of the signal get it too.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::Builder;
    /// use portable::signal::unix::SignalKind;
    ///
    /// let runtime = Builder::new_multi_thread().dump_on(SignalKind::user_defined1()).build()?;
    /// # drop(runtime);
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[cfg(all(unix, feature = "inspect", feature = "signal"))]
    #[cfg_attr(docsrs, doc(cfg(all(feature = "inspect", feature = "signal"))))]
    pub fn dump_on(&mut self, kind: SignalKind) -> &mut Self {
        self.inspect.dump_on = Some(kind);
        self
    }
}

impl Builder {
    pub(crate) fn has_workers(&self) -> bool {
        matches!(self.flavor, Flavor::MultiThread)
    }

    pub(crate) fn start(&self) -> io::Result<Runtime> {
        let config = Config::check(self)?;
        let instance = Selected::default().build(&config)?;
        Ok(Runtime {
            #[cfg(feature = "inspect")]
            _attached: self.inspect.start(instance.handle().id())?,
            handle: Handle(instance.handle()),
            instance,
        })
    }
}

with_runtime! {
    impl Builder {
        /// Starts the runtime.
        ///
        /// # Errors
        ///
        /// Returns [`InvalidInput`](io::ErrorKind::InvalidInput) for an invalid setting: a runtime
        /// that is not compiled in, no worker thread or more than 32,767, no blocking thread,
        /// `worker_threads` on the current-thread flavour, a stack bigger than the address space, a
        /// NUL character in the thread name, a name of nothing but white space, a
        /// `PORTABLE_WORKER_THREADS` that is not a number from 1 to 32,767, a watchdog with a limit
        /// of zero, or a signal for a dump that nobody can listen to. Returns
        /// [`Unsupported`](io::ErrorKind::Unsupported) in a process that was made by `fork` from
        /// one that had used a runtime: see [the module](super#after-a-fork).
        ///
        /// Any other kind comes from the operating system, which refuses the first worker, a thread
        /// with the requested stack, or a descriptor. If the operating system refuses something
        /// later, the call that needs it returns the error, or panics if it cannot return one. A
        /// second worker that is refused is requested again at the next task. Until then the other
        /// workers do its work.
        pub fn build(&mut self) -> io::Result<Runtime> {
            self.start()
        }
    }
}
