//! Building a runtime by hand.

use std::io;
use std::time::Duration;

use super::{Backend, Config, Flavor, Runtime, Selected};

/// Builds a [`Runtime`].
///
/// Equivalent to `tokio::runtime::Builder`.
///
/// What is set here means the same on every runtime.
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
    pub(super) runtime: Option<String>,
    pub(super) flavor: Flavor,
    pub(super) worker_threads: Option<usize>,
    pub(super) thread_name: String,
    pub(super) thread_stack_size: Option<usize>,
    pub(super) max_blocking_threads: usize,
    pub(crate) shutdown_timeout: Duration,
    pub(super) name: Option<String>,
}

impl Builder {
    /// A runtime whose tasks run on worker threads.
    ///
    /// Embassy and pollster have none: there it is as [`new_current_thread`](Self::new_current_thread).
    pub fn new_multi_thread() -> Self {
        Self::new(Flavor::MultiThread)
    }

    /// A runtime whose tasks run on the thread inside [`Runtime::block_on`].
    pub fn new_current_thread() -> Self {
        Self::new(Flavor::CurrentThread)
    }

    fn new(flavor: Flavor) -> Self {
        Self {
            runtime: None,
            flavor,
            worker_threads: None,
            thread_name: "portable-worker".into(),
            thread_stack_size: None,
            max_blocking_threads: 512,
            shutdown_timeout: Duration::from_secs(1),
            name: None,
        }
    }

    /// The name of the runtime to build, of those that are compiled in.
    ///
    /// Without it the environment variable `PORTABLE_RUNTIME` decides, and without that the order
    /// of [`available`](super::available).
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
        self.runtime = Some(name.into());
        self
    }

    /// The name of this runtime, which nothing but people read: it is there for logs and metrics,
    /// where a process has several. [`Handle::name`](super::Handle::name) gives it back, and on Tokio
    /// its own handle. It names no thread; that is [`thread_name`](Self::thread_name).
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
    /// It is here so that a program written for Tokio's builder moves over unchanged.
    pub fn enable_all(&mut self) -> &mut Self {
        self
    }

    /// The number of threads that poll tasks: as many as cores by default.
    ///
    /// The environment variable `PORTABLE_WORKER_THREADS` overrides it at launch. There are at most
    /// 32,767.
    pub fn worker_threads(&mut self, count: usize) -> &mut Self {
        self.worker_threads = Some(count);
        self
    }

    /// The name of the threads that the runtime starts, workers and blocking ones:
    /// `portable-worker` by default.
    pub fn thread_name(&mut self, name: impl Into<String>) -> &mut Self {
        self.thread_name = name.into();
        self
    }

    /// The stack size of the threads that the runtime starts, in bytes: 2 MiB by default.
    ///
    /// On the current-thread flavour tasks run on the caller's stack.
    pub fn thread_stack_size(&mut self, bytes: usize) -> &mut Self {
        self.thread_stack_size = Some(bytes);
        self
    }

    /// The greatest number of threads that run blocking closures at once: 512 by default.
    ///
    /// Further closures wait for a free thread. `usize::MAX` means as many as the operating system
    /// gives.
    pub fn max_blocking_threads(&mut self, count: usize) -> &mut Self {
        self.max_blocking_threads = count;
        self
    }

    /// How long the end of the runtime waits for closures and polls that are running: 1 s by
    /// default.
    pub fn shutdown_timeout(&mut self, timeout: Duration) -> &mut Self {
        self.shutdown_timeout = timeout;
        self
    }
}

impl Builder {
    pub(crate) fn has_workers(&self) -> bool {
        matches!(self.flavor, Flavor::MultiThread)
    }

    pub(crate) fn start(&self) -> io::Result<Runtime> {
        let config = Config::check(self)?;
        Selected::default().build(&config).map(Runtime)
    }
}

with_runtime! {
    impl Builder {
        /// Starts the runtime.
        ///
        /// # Errors
        ///
        /// [`InvalidInput`](io::ErrorKind::InvalidInput) for a setting that makes no sense: a
        /// runtime that is not compiled in, no worker thread or more than 32,767, no blocking
        /// thread, `worker_threads` on the current-thread flavour, a stack bigger than the address
        /// space, a NUL character in the thread name, a name of nothing but white space, or a
        /// `PORTABLE_WORKER_THREADS` that is not a number from 1 to 32,767.
        /// [`Unsupported`](io::ErrorKind::Unsupported) in a process that was made by `fork` from one
        /// that had used a runtime: see [the module](super#after-a-fork).
        ///
        /// Any other kind comes from the operating system, which refuses what the runtime starts
        /// with: its first worker, a thread with the stack that was asked for, descriptors. What it
        /// refuses later is the error of the call that needs it, or where that has none a panic that
        /// says so. A second worker that is refused is asked for again at the next task; until then
        /// the others do its work.
        pub fn build(&mut self) -> io::Result<Runtime> {
            self.start()
        }
    }
}
