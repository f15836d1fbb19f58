//! A Tokio runtime beside a runtime of ours, for dependencies that need Tokio's context.
//!
//! reqwest, tonic, tower and many others call `tokio::spawn`, Tokio's timers or its sockets, and
//! Tokio panics on a thread that is not in the context of one of its runtimes. So each runtime of
//! ours owns one, and each of our threads is in its context for as long as the thread belongs to our
//! runtime. Our tasks stay on our threads. Tokio polls the tasks of `tokio::spawn`, and wakes ours.
//!
//! The threads of the Tokio runtime belong to our runtime too: what a task of `tokio::spawn` asks of
//! this crate goes there.
//!
//! A context must be driven, or whoever waits for a timer or a socket in it waits for ever. Nothing
//! tells that somebody begins to wait. So the current-thread flavour has a thread from the start.

use std::cell::Cell;
use std::fmt;
use std::future;
#[cfg(feature = "test-util")]
use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
#[cfg(feature = "test-util")]
use std::pin::Pin;
use std::ptr;
use std::sync::{Arc, Mutex, PoisonError};
#[cfg(feature = "test-util")]
use std::sync::{OnceLock, Weak};
use std::thread;
use std::time::{Duration, Instant};

use portable_reactor::tokio::runtime::{Builder, EnterGuard, Handle, Runtime};
use portable_reactor::tokio::task::AbortHandle;

#[cfg(feature = "test-util")]
use super::clock::Clock;
#[cfg(feature = "test-util")]
use super::tokio_clock::{Control, TokioClock};
use crate::runtime::context::Role;
use crate::runtime::{Config, Flavor, fork, refused};

/// The number of descriptors that Tokio opens when it starts, for its reactor and for signals.
const DESCRIPTORS: usize = 6;

/// A guard that keeps a thread in the context.
pub(super) type Guard<'a> = EnterGuard<'a>;

thread_local! {
    /// The [`TokioContext::mark`] of the runtime that has started this thread.
    static OWNER: Cell<*const ()> = const { Cell::new(ptr::null()) };
}

/// A Tokio runtime beside ours.
pub(super) struct TokioContext {
    handle: Handle,
    /// A value whose address tells this runtime from all others.
    mark: Arc<u8>,
    /// The clock, if ours can be paused and this one too.
    #[cfg(feature = "test-util")]
    clock: Option<Arc<TokioClock>>,
    /// `None` from the beginning of the end.
    running: Mutex<Option<Running>>,
}

/// What drives the Tokio runtime.
enum Running {
    /// A thread that waits for a task, and drops the runtime once the task is aborted.
    Thread {
        task: AbortHandle,
        thread: thread::JoinHandle<()>,
    },
    /// The runtime's own workers.
    Workers(Runtime),
}

impl TokioContext {
    /// Starts a Tokio runtime. Each of its threads calls `belong` when it starts and `leave` before
    /// it ends.
    ///
    /// # Errors
    ///
    /// Returns an error if the operating system refuses a thread or a descriptor.
    pub(super) fn start(
        config: &Config,
        thread: thread::Builder,
        belong: impl Fn(Role) + Clone + Send + Sync + 'static,
        leave: fn(),
        #[cfg(feature = "test-util")] clock: Option<&Arc<Clock>>,
    ) -> io::Result<Self> {
        let refuses = |error| refused::told("what the Tokio runtime beside it starts with", &error);
        let (mut builder, workers, role) = match config.tokio_context {
            // Only closures have threads that the runtime starts itself.
            Flavor::CurrentThread => (Builder::new_current_thread(), 0, Role::Blocks),
            Flavor::MultiThread => {
                let mut builder = Builder::new_multi_thread();
                builder.worker_threads(config.worker_threads);
                (builder, config.worker_threads, Role::Polls)
            }
        };
        // If Tokio gets only some of its workers, it panics and then waits for the others for ever.
        refused::threads(workers, config.thread_stack_size).map_err(refuses)?;
        refused::descriptors(DESCRIPTORS).map_err(refuses)?;
        if let Some(name) = &config.name {
            builder.name(name);
        }
        if let Some(bytes) = config.thread_stack_size {
            builder.thread_stack_size(bytes);
        }
        let mark = Arc::new(0);
        let owner = mark.clone();
        let belong = move |role| {
            OWNER.set(address(&owner));
            belong(role);
        };
        let belong_too = belong.clone();
        let thread_name = config.thread_name.clone();
        builder
            .enable_all()
            .thread_name_fn(move || thread_name.next())
            .max_blocking_threads(config.max_blocking_threads)
            .on_thread_start(move || belong_too(role))
            .on_thread_stop(leave);
        #[cfg(feature = "test-util")]
        let clock = clock.filter(|_| config.tokio_context == Flavor::CurrentThread);
        #[cfg(feature = "test-util")]
        let its_clock = Arc::new(OnceLock::<Weak<TokioClock>>::new());
        #[cfg(feature = "test-util")]
        if clock.is_some() {
            let (before, after) = (its_clock.clone(), its_clock.clone());
            builder
                // A paused clock is held by a closure.
                .max_blocking_threads(config.max_blocking_threads + 1)
                .start_paused(config.start_paused)
                .on_thread_park(move || {
                    if let Some(clock) = before.get().and_then(Weak::upgrade) {
                        clock.before_park();
                    }
                })
                .on_thread_unpark(move || {
                    if let Some(clock) = after.get().and_then(Weak::upgrade) {
                        clock.after_park();
                    }
                });
        }
        // Tokio panics if it is refused something that was available a moment ago.
        let runtime = catch_unwind(AssertUnwindSafe(|| builder.build()))
            .unwrap_or_else(|_| Err(io::ErrorKind::WouldBlock.into()))
            .map_err(refuses)?;
        let handle = runtime.handle().clone();
        #[cfg(feature = "test-util")]
        let clock = clock.map(|ours| {
            let clock = TokioClock::new(handle.clone(), ours);
            let _ = its_clock.set(Arc::downgrade(&clock));
            ours.take_along(clock.clone());
            clock
        });
        #[cfg(feature = "test-util")]
        let control = clock.clone().map(Control::new);
        let running = match config.tokio_context {
            Flavor::MultiThread => Running::Workers(runtime),
            Flavor::CurrentThread => {
                let never = runtime.spawn(future::pending::<()>());
                let task = never.abort_handle();
                let drive = move || {
                    belong(Role::Polls);
                    #[cfg(feature = "test-util")]
                    let never = controlled(never, control);
                    // The task is aborted.
                    let _ = runtime.block_on(never);
                    // Drops the tasks, and then waits for closures.
                    drop(runtime);
                    leave();
                };
                let thread = thread.spawn(drive).map_err(refuses)?;
                Running::Thread { task, thread }
            }
        };
        Ok(Self {
            handle,
            mark,
            #[cfg(feature = "test-util")]
            clock,
            running: Mutex::new(Some(running)),
        })
    }

    /// Makes the runtime the context of the thread until the guard is dropped. Returns `None` while
    /// the thread ends and Tokio's thread-local is gone.
    pub(super) fn enter(&self) -> Option<Guard<'_>> {
        match Handle::try_current() {
            Err(error) if error.is_thread_local_destroyed() => None,
            _ => Some(self.handle.enter()),
        }
    }

    /// Holds the clock no more, because the end waits for closures.
    fn end_clock(&self) {
        #[cfg(feature = "test-util")]
        if let Some(clock) = &self.clock
            && !fork::has_forked()
        {
            clock.end();
        }
    }

    /// Returns whether the runtime has started this thread.
    pub(super) fn is_here(&self) -> bool {
        OWNER.get() == address(&self.mark)
    }

    /// Ends the tasks. Waits until their futures are dropped and, if `waits_for_closures`, until the
    /// closures have returned and all threads are gone, but not longer than to `deadline`.
    ///
    /// A thread of the runtime itself waits for nothing. A later call does nothing.
    pub(super) fn end(
        &self,
        thread: thread::Builder,
        deadline: Option<Instant>,
        waits_for_closures: bool,
    ) {
        self.end_clock();
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let thread = match running.take() {
            Some(Running::Thread { task, thread }) => {
                task.abort();
                thread
            }
            Some(Running::Workers(runtime)) => match end_elsewhere(thread, runtime) {
                Ok(thread) => thread,
                Err(_refused) => return,
            },
            None => return,
        };
        drop(running);
        if self.is_here() {
            return;
        }
        let is_over = || {
            thread.is_finished()
                || !waits_for_closures && self.handle.metrics().num_alive_tasks() == 0
        };
        let mut pause = Duration::from_micros(20);
        while !is_over() {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return;
            }
            // Waits with back-off, because nothing notifies us when a thread ends.
            thread::sleep(left.map_or(pause, |left| pause.min(left)));
            pause = (pause * 2).min(Duration::from_millis(5));
        }
        if thread.is_finished() {
            // If the thread panicked, the panic hook has reported it.
            let _ = thread.join();
        }
    }
}

/// Returns `future`, beside which the clock is polled.
#[cfg(feature = "test-util")]
async fn controlled<F: Future + Unpin>(mut future: F, mut control: Option<Control>) -> F::Output {
    future::poll_fn(|cx| {
        if let Some(control) = &mut control {
            let _never = Pin::new(control).poll(cx);
        }
        Pin::new(&mut future).poll(cx)
    })
    .await
}

/// Drops the runtime on a thread of its own, which Tokio allows to wait. Where there is no thread,
/// nobody waits.
///
/// # Errors
///
/// Returns the error of the operating system if it refuses the thread.
fn end_elsewhere(thread: thread::Builder, runtime: Runtime) -> io::Result<thread::JoinHandle<()>> {
    let runtime = Arc::new(Mutex::new(Some(runtime)));
    let take = |runtime: &Mutex<Option<Runtime>>| {
        let mut runtime = runtime.lock().unwrap_or_else(PoisonError::into_inner);
        runtime.take()
    };
    let its = runtime.clone();
    let started = thread.spawn(move || drop(take(&its)));
    if started.is_err()
        && let Some(runtime) = take(&runtime)
    {
        runtime.shutdown_background();
    }
    started
}

fn address(mark: &Arc<u8>) -> *const () {
    Arc::as_ptr(mark).cast()
}

impl Drop for TokioContext {
    fn drop(&mut self) {
        self.end_clock();
        let running = self.running.get_mut();
        let running = running.unwrap_or_else(PoisonError::into_inner).take();
        match running {
            // After a fork its threads do not exist, and the drop would wait for them.
            Some(Running::Workers(runtime)) if fork::has_forked() => std::mem::forget(runtime),
            Some(Running::Workers(runtime)) => runtime.shutdown_background(),
            Some(Running::Thread { task, .. }) if !fork::has_forked() => task.abort(),
            _ => {}
        }
    }
}

impl fmt::Debug for TokioContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokioContext")
            .field("handle", &self.handle)
            .finish_non_exhaustive()
    }
}
