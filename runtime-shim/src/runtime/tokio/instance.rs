//! A running runtime, and its end.

use std::future::Future;
use std::io;
use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::end::{End, Waited};
use super::join::JoinHandle;
use super::local::Local;
use crate::runtime::context::{self, Place, Role};
use crate::runtime::table::Kind;
use crate::runtime::{AsyncHandle, AsyncInstance, Config, Flavor};

/// Zero is for those that somebody else made.
static LAST_NUMBER: AtomicU32 = AtomicU32::new(0);

/// What a blocking closure that is cancelled at the end of the runtime, before it has started,
/// leaves by. Tokio itself would run it.
pub(super) struct NeverStarted;

/// A reference to a running Tokio runtime.
#[derive(Clone, Debug)]
pub struct Handle {
    runtime: tokio::runtime::Handle,
    /// None if somebody else made the runtime.
    end: Option<Arc<End>>,
}

impl Handle {
    /// The runtime that this thread is inside of.
    pub(super) fn try_current() -> Option<Self> {
        Some(Self {
            runtime: tokio::runtime::Handle::try_current().ok()?,
            end: End::current(),
        })
    }

    /// Makes this the context of the thread until the guard is dropped.
    #[cfg(feature = "_reactor")]
    pub(super) fn enter(&self) -> tokio::runtime::EnterGuard<'_> {
        self.runtime.enter()
    }
}

impl AsyncHandle for Handle {
    type JoinHandle<T> = JoinHandle<T>;

    fn name(&self) -> Option<&str> {
        self.runtime.name()
    }

    #[track_caller]
    fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        JoinHandle(self.runtime.spawn(future))
    }

    #[track_caller]
    fn spawn_blocking<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let waited = self.end.as_ref().map(End::waits);
        JoinHandle(self.runtime.spawn_blocking(move || {
            if waited.as_ref().is_some_and(Waited::is_late) {
                // First, for it may panic: during the unwinding that would abort the process.
                drop(f);
                // Not a panic to anybody: the hook is not called.
                resume_unwind(Box::new(NeverStarted));
            }
            let _context = context::enter(Place::new(Kind::Tokio, Role::Blocks));
            f()
        }))
    }

    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        context::assert_may_block();
        let _context = context::enter(Place::new(Kind::Tokio, Role::Waits));
        let _end = End::enter(self.end.clone());
        self.runtime.block_on(future)
    }
}

/// A running Tokio runtime.
#[derive(Debug)]
pub struct Instance {
    // Taken by the shutdown.
    runtime: Option<tokio::runtime::Runtime>,
    end: Arc<End>,
    flavor: Flavor,
    shutdown_timeout: Duration,
    /// That of the threads that poll its tasks.
    place: Place,
}

impl Instance {
    pub(super) fn new(config: &Config) -> io::Result<Self> {
        let mut builder = match config.flavor {
            Flavor::MultiThread => tokio::runtime::Builder::new_multi_thread(),
            Flavor::CurrentThread => tokio::runtime::Builder::new_current_thread(),
        };
        if config.flavor == Flavor::MultiThread {
            builder.worker_threads(config.worker_threads);
        }
        if let Some(name) = &config.name {
            builder.name(name);
        }
        if let Some(bytes) = config.thread_stack_size {
            builder.thread_stack_size(bytes);
        }
        let place = Place {
            kind: Kind::Tokio,
            role: Role::Polls,
            number: LAST_NUMBER.fetch_add(1, Ordering::Relaxed) + 1,
        };
        let end = Arc::<End>::default();
        let its_end = end.clone();
        let runtime = builder
            .enable_all()
            .thread_name(&config.thread_name)
            .max_blocking_threads(config.max_blocking_threads)
            .on_thread_start(move || {
                its_end.waits_for_this_thread();
                context::set(Some(place));
            })
            .on_thread_stop(|| context::set(None))
            .build()?;
        Ok(Self {
            runtime: Some(runtime),
            end,
            flavor: config.flavor,
            place,
            shutdown_timeout: config.shutdown_timeout,
        })
    }

    fn runtime(&self) -> &tokio::runtime::Runtime {
        self.runtime
            .as_ref()
            .expect("it is taken only when the instance is dropped")
    }

    fn shutdown(&mut self) {
        let Some(runtime) = self.runtime.take() else {
            return;
        };
        self.end.begin();
        if tokio::runtime::Handle::try_current().is_ok() && !context::may_block() {
            // Tokio panics where waiting would stop other tasks.
            runtime.shutdown_background();
            return;
        }
        match self.flavor {
            Flavor::MultiThread => runtime.shutdown_timeout(self.shutdown_timeout),
            Flavor::CurrentThread => {
                // Tokio would first wait for closures, which may wait for the tasks in turn.
                runtime.shutdown_background();
                self.end.wait(self.shutdown_timeout);
            }
        }
    }
}

impl AsyncInstance for Instance {
    type Handle = Handle;

    fn handle(&self) -> Handle {
        Handle {
            runtime: self.runtime().handle().clone(),
            end: Some(self.end.clone()),
        }
    }

    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        context::assert_may_block();
        let _context = context::enter(self.place);
        // The tasks that are left, also after a panic, are dropped inside the runtime, whose timers
        // and sockets they may hold.
        let _runtime = self.runtime().enter();
        let _end = End::enter(Some(self.end.clone()));
        let local = Local::enter();
        let future = pin!(future);
        self.runtime().block_on(local.run_until(future))
    }

    fn shutdown_timeout(mut self, timeout: Duration) {
        self.shutdown_timeout = timeout;
        self.shutdown();
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.shutdown();
    }
}
