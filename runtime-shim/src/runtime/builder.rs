//! Building a runtime by hand.

use std::io;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "inspect")]
use super::AsyncHandle;
use super::hooks::{Hook, Hooks, THREAD_NAME, ThreadName};
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
    pub(super) thread_name: ThreadName,
    pub(super) thread_stack_size: Option<usize>,
    pub(super) max_blocking_threads: usize,
    pub(super) thread_keep_alive: Duration,
    pub(crate) shutdown_timeout: Duration,
    pub(super) name: Option<String>,
    #[cfg(feature = "tokio-context")]
    pub(super) tokio_context: Flavor,
    pub(super) hooks: Hooks,
    pub(super) event_interval: Option<u32>,
    pub(super) global_queue_interval: Option<u32>,
    pub(super) max_io_events: Option<usize>,
    pub(super) max_io_events_busy: Option<usize>,
    #[cfg(feature = "test-util")]
    pub(super) start_paused: bool,
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
            thread_name: ThreadName::Always(THREAD_NAME.into()),
            thread_stack_size: None,
            max_blocking_threads: 512,
            thread_keep_alive: Duration::from_secs(10),
            shutdown_timeout: Duration::from_secs(1),
            name: None,
            #[cfg(feature = "tokio-context")]
            tokio_context: Flavor::CurrentThread,
            hooks: Hooks::default(),
            event_interval: None,
            global_queue_interval: None,
            max_io_events: None,
            max_io_events_busy: None,
            #[cfg(feature = "test-util")]
            start_paused: false,
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

    /// Does nothing, as [`enable_all`](Self::enable_all).
    pub fn enable_io(&mut self) -> &mut Self {
        self
    }

    /// Does nothing, as [`enable_all`](Self::enable_all).
    pub fn enable_time(&mut self) -> &mut Self {
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
        self.thread_name = ThreadName::Always(name.into());
        self
    }

    /// Sets a function that returns the name of each thread that the runtime starts, in place of
    /// [`thread_name`](Self::thread_name).
    ///
    /// The thread that starts another one calls it. NUL characters of the name are left out. If the
    /// function panics, the panic hook reports that, and the thread is called `portable-worker`.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::Builder;
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    ///
    /// let number = AtomicUsize::new(0);
    /// let runtime = Builder::new_current_thread()
    ///     .thread_name_fn(move || format!("crawler-{}", number.fetch_add(1, Ordering::Relaxed)))
    ///     .build()?;
    /// let name = runtime.spawn_blocking(|| std::thread::current().name().map(String::from));
    /// assert_eq!(runtime.block_on(name)?.as_deref(), Some("crawler-0"));
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn thread_name_fn<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() -> String + Send + Sync + 'static,
    {
        self.thread_name = ThreadName::Each(Arc::new(f));
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

    /// Sets how long a thread for blocking closures waits for the next closure before it ends. The
    /// default is 10 seconds.
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
    /// let keep_alive = Duration::from_millis(100);
    /// let runtime = Builder::new_multi_thread().thread_keep_alive(keep_alive).build()?;
    /// # drop(runtime);
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn thread_keep_alive(&mut self, duration: Duration) -> &mut Self {
        self.thread_keep_alive = duration;
        self
    }

    /// Sets a function that each thread which the runtime starts calls first: its workers and its
    /// threads for blocking closures. A second call replaces the function.
    ///
    /// With such a function all workers start with the runtime. Otherwise those that are not needed yet
    /// start later.
    ///
    /// The thread belongs to the runtime already. If the function panics, the panic hook reports
    /// that, and the thread goes on. (With Tokio's own builder a runtime may then wait for ever.)
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
    ///     .on_thread_start(|| println!("a thread starts"))
    ///     .on_thread_stop(|| println!("a thread ends"))
    ///     .build()?;
    /// # drop(runtime);
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn on_thread_start<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.hooks.start = Some(Hook::new(f));
        self
    }

    /// Sets a function that each thread which the runtime has started calls before it ends. A second
    /// call replaces the function.
    ///
    /// The end of the runtime waits for it as for a closure. A panic of the function is treated as
    /// that of [`on_thread_start`](Self::on_thread_start), where an example is too.
    pub fn on_thread_stop<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.hooks.stop = Some(Hook::new(f));
        self
    }

    /// Sets a function that each thread which runs tasks calls just before it waits for work. A
    /// second call replaces the function.
    ///
    /// These threads are the workers, and on the current-thread flavour those inside
    /// [`Runtime::block_on`]. A runtime of your own calls it on none. What the function spawns on
    /// this runtime ends the wait at once. A panic of the function is treated as that of
    /// [`on_thread_start`](Self::on_thread_start).
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::Builder;
    /// use portable::time::{Duration, sleep};
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    ///
    /// let waits = Arc::new(AtomicUsize::new(0));
    /// let counter = waits.clone();
    /// let runtime = Builder::new_current_thread()
    ///     .on_thread_park(move || {
    ///         counter.fetch_add(1, Ordering::Relaxed);
    ///     })
    ///     .build()?;
    /// runtime.block_on(sleep(Duration::from_millis(10)));
    /// assert!(waits.load(Ordering::Relaxed) > 0);
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn on_thread_park<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.hooks.park = Some(Hook::new(f));
        self
    }

    /// Sets a function that each thread which runs tasks calls just after it has waited for work. A
    /// second call replaces the function.
    ///
    /// The threads are those of [`on_thread_park`](Self::on_thread_park), and so is the treatment of
    /// a panic.
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
    ///     .on_thread_unpark(|| println!("a thread has work"))
    ///     .build()?;
    /// # drop(runtime);
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn on_thread_unpark<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.hooks.unpark = Some(Hook::new(f));
        self
    }

    /// Sets the number of tasks that a thread polls before it looks at timers and sockets. It is a
    /// hint, and without it each runtime has a number of its own.
    ///
    /// A small number lets timers and sockets wake tasks sooner while many tasks are ready. A great
    /// one spares system calls. A number above 10,000 counts as 10,000, and a runtime of your own has
    /// no such number. Zero is an error of [`build`](Self::build).
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::Builder;
    ///
    /// let runtime =
    ///     Builder::new_multi_thread().event_interval(31).global_queue_interval(7).build()?;
    /// # drop(runtime);
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn event_interval(&mut self, tasks: u32) -> &mut Self {
        self.event_interval = Some(tasks);
        self
    }

    /// Sets the number of tasks that a thread polls before it takes one from the queue that all
    /// threads share, where those are that other threads have spawned or woken. It is a hint, and
    /// without it each runtime has a number of its own.
    ///
    /// A small number lets those tasks start sooner. A great one spares synchronisation. A number above
    /// 10,000 counts as 10,000, and a runtime of your own has no such number. Zero is an error of
    /// [`build`](Self::build).
    ///
    /// [`event_interval`](Self::event_interval) has an example.
    pub fn global_queue_interval(&mut self, tasks: u32) -> &mut Self {
        self.global_queue_interval = Some(tasks);
        self
    }

    /// Sets how many events of sockets a thread takes from the operating system at once, on Tokio.
    /// The other runtimes have no such number.
    ///
    /// A number above 65,536 counts as 65,536. Zero is an error of [`build`](Self::build).
    pub fn max_io_events_per_tick(&mut self, capacity: usize) -> &mut Self {
        self.max_io_events = Some(capacity);
        self
    }

    /// Sets the same for a thread that still has tasks to poll, on Tokio. The default is the number of
    /// [`max_io_events_per_tick`](Self::max_io_events_per_tick), and so are the limits.
    pub fn max_io_events_per_busy_tick(&mut self, capacity: usize) -> &mut Self {
        self.max_io_events_busy = Some(capacity);
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
    /// timers. With [`Flavor::CurrentThread`] that is one thread, for whose name
    /// [`thread_name_fn`](Self::thread_name_fn) is not asked. With [`Flavor::MultiThread`] there
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

    /// Sets whether the runtime starts with a paused clock, as after a call of
    /// [`time::pause`](crate::time::pause). The default is `false`.
    ///
    /// Only the current-thread flavour can have a paused clock.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::Builder;
    /// use portable::time::{Duration, sleep};
    ///
    /// let runtime = Builder::new_current_thread().start_paused(true).build()?;
    /// // This takes no time.
    /// runtime.block_on(sleep(Duration::from_secs(3600)));
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[cfg(feature = "test-util")]
    #[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
    pub fn start_paused(&mut self, start_paused: bool) -> &mut Self {
        self.start_paused = start_paused;
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
        /// `worker_threads` on the current-thread flavour, an interval of zero, a stack bigger than the address space, a
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
