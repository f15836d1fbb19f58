//! The metrics of a runtime.

use std::time::Duration;

use super::{Ending, Metered, WorkerReading};
use crate::runtime::{Handle, Runtime};

/// The metrics of a runtime.
///
/// Equivalent to `tokio::runtime::RuntimeMetrics`. The methods that Tokio has too have its names, and
/// each means the same on every runtime.
///
/// Each method reads its number when it is called. The numbers of tasks are of those that were
/// spawned through `portable`, with [`spawn`](crate::task::spawn) and
/// [`spawn_local`](crate::task::spawn_local) in any of their forms. Neither a `block_on` nor a
/// closure is a task. While no task is spawned or ends,
///
/// ```text
/// spawned = finished + cancelled + panicked + alive
/// ```
///
/// The counters are kept on every runtime without any feature. A thread that polls tasks has counters
/// of its own, which no other thread writes to.
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
/// runtime.block_on(async {
///     let metrics = Handle::current().metrics();
///     let waits = task::spawn(std::future::pending::<()>());
///     task::spawn(async {}).await.unwrap();
///     assert_eq!(metrics.spawned_tasks_count(), 2);
///     assert_eq!(metrics.finished_tasks_count(), 1);
///     assert_eq!(metrics.num_alive_tasks(), 1);
///
///     waits.abort();
///     assert!(waits.await.unwrap_err().is_cancelled());
///     assert_eq!(metrics.cancelled_tasks_count(), 1);
/// });
/// # }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RuntimeMetrics(Handle);

impl Handle {
    /// Returns the metrics of this runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # {
    /// use portable::runtime::{Builder, Handle};
    ///
    /// let runtime = Builder::new_current_thread().build()?;
    /// let workers = runtime.block_on(async { Handle::current().metrics().num_workers() });
    /// assert_eq!(workers, 1);
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn metrics(&self) -> RuntimeMetrics {
        RuntimeMetrics(self.clone())
    }
}

impl Runtime {
    /// Returns the metrics of this runtime, as [`Handle::metrics`] does.
    pub fn metrics(&self) -> RuntimeMetrics {
        self.handle().metrics()
    }
}

impl RuntimeMetrics {
    fn ended(&self, how: Ending) -> u64 {
        self.0.metered().tasks().endings[how as usize]
    }

    /// Returns the number of tasks that were spawned since the runtime was made.
    pub fn spawned_tasks_count(&self) -> u64 {
        self.0.metered().tasks().spawned
    }

    /// Returns the number of tasks that have returned their output.
    pub fn finished_tasks_count(&self) -> u64 {
        self.ended(Ending::Finished)
    }

    /// Returns the number of tasks that were dropped before their end: because they were aborted, or
    /// with their runtime.
    pub fn cancelled_tasks_count(&self) -> u64 {
        self.ended(Ending::Cancelled)
    }

    /// Returns the number of tasks that have panicked, in a poll or while they were dropped.
    pub fn panicked_tasks_count(&self) -> u64 {
        self.ended(Ending::Panicked)
    }

    /// Returns the number of tasks that have not ended.
    ///
    /// On Tokio, the number of the same name of Tokio's own counts the tasks that other crates spawn
    /// too, and not those of `spawn_local`.
    pub fn num_alive_tasks(&self) -> usize {
        let tasks = self.0.metered().tasks();
        usize::try_from(tasks.spawned.saturating_sub(tasks.ended())).unwrap_or(usize::MAX)
    }

    /// Returns the number of threads that poll tasks: 1 on the current-thread flavour, and 0 on a
    /// custom runtime, whose threads nobody else knows.
    ///
    /// The number is that of the settings. All runtimes but Tokio start the threads when there is work
    /// for them.
    pub fn num_workers(&self) -> usize {
        self.0.metered().num_workers()
    }

    /// Returns the time during which the worker with the given index has not been waiting for work,
    /// since the runtime was made.
    ///
    /// The number grows whenever the worker is about to wait for work, or has run many tasks.
    ///
    /// # Panics
    ///
    /// Panics if `worker` is not less than [`num_workers`](Self::num_workers).
    #[track_caller]
    pub fn worker_total_busy_duration(&self, worker: usize) -> Duration {
        self.worker(worker).busy
    }

    /// Returns how often the worker with the given index has begun to wait for work.
    ///
    /// # Panics
    ///
    /// Panics if `worker` is not less than [`num_workers`](Self::num_workers).
    #[track_caller]
    pub fn worker_park_count(&self, worker: usize) -> u64 {
        self.worker(worker).park_unpark.div_ceil(2)
    }

    /// Returns how often the worker with the given index has begun or ended to wait for work. While
    /// the number is odd, the worker waits.
    ///
    /// # Panics
    ///
    /// Panics if `worker` is not less than [`num_workers`](Self::num_workers).
    #[track_caller]
    pub fn worker_park_unpark_count(&self, worker: usize) -> u64 {
        self.worker(worker).park_unpark
    }

    #[track_caller]
    fn worker(&self, index: usize) -> WorkerReading {
        let count = self.num_workers();
        assert!(
            index < count,
            "portable: there is no worker {index}; the runtime has {count}, counted from 0"
        );
        self.0.metered().worker(index)
    }

    /// Returns the number of tasks that wait in the shared run queue, to which threads push that poll
    /// no tasks of the runtime.
    pub fn global_queue_depth(&self) -> usize {
        self.0.metered().global_queue_depth()
    }

    /// Returns the number of threads for closures of
    /// [`spawn_blocking`](crate::task::spawn_blocking), those that wait for one included.
    ///
    /// On a Tokio runtime that other code has built it is always 0, as are the two numbers of
    /// closures. Closures of `spawn_compute` run on rayon's threads, and none of the three counts
    /// them.
    pub fn num_blocking_threads(&self) -> usize {
        self.0.metered().closures().threads
    }

    /// Returns the number of closures that wait for a thread.
    pub fn blocking_queue_depth(&self) -> usize {
        self.0.metered().closures().queued
    }

    /// Returns the number of closures that have a thread.
    pub fn num_running_closures(&self) -> usize {
        self.0.metered().closures().running
    }

    /// Returns the number of timers that a task waits for, where it is known.
    ///
    /// It is known on Embassy and pollster, whose timers are this crate's; there the runtimes of the
    /// process count together. On Tokio, smol, async-std and a custom runtime it is `None`.
    pub fn num_timers(&self) -> Option<usize> {
        self.0.metered().num_timers()
    }

    /// Returns the number of descriptors that `portable` watches for sockets, pipes and child
    /// processes.
    ///
    /// The runtimes that share a reactor count together: those of Tokio, and all others.
    pub fn num_watched_descriptors(&self) -> usize {
        self.0.metered().num_watched_descriptors()
    }
}
