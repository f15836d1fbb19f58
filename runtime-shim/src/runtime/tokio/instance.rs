//! A running runtime, and its end.

use std::cell::RefCell;
use std::future::Future;
use std::io;
use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::join::JoinHandle;
use super::local::Local;
use crate::runtime::context::{self, Role};
use crate::runtime::table::Kind;
use crate::runtime::{AsyncHandle, AsyncInstance, Config, Flavor};

thread_local! {
    /// Whether the runtime that this thread belongs to is ending.
    static ENDING: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
}

fn is_ending() -> bool {
    let is_ending = |ending: &Arc<AtomicBool>| ending.load(Ordering::SeqCst);
    ENDING.with(|ending| ending.borrow().as_ref().is_some_and(is_ending))
}

/// What a blocking closure that is cancelled at the end of the runtime, before it has started,
/// leaves by. Tokio itself would run it.
pub(super) struct NeverStarted;

/// A reference to a running Tokio runtime.
#[derive(Clone, Debug)]
pub struct Handle(pub(super) tokio::runtime::Handle);

impl AsyncHandle for Handle {
    type JoinHandle<T> = JoinHandle<T>;

    #[track_caller]
    fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        JoinHandle(self.0.spawn(future))
    }

    #[track_caller]
    fn spawn_blocking<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        JoinHandle(self.0.spawn_blocking(|| {
            if is_ending() {
                // Not a panic to anybody: the hook is not called.
                resume_unwind(Box::new(NeverStarted));
            }
            let _context = context::enter(Kind::Tokio, Role::Blocks);
            f()
        }))
    }

    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        context::assert_may_block();
        let _context = context::enter(Kind::Tokio, Role::Polls);
        self.0.block_on(future)
    }
}

/// A running Tokio runtime.
#[derive(Debug)]
pub struct Instance {
    // Taken by the shutdown.
    runtime: Option<tokio::runtime::Runtime>,
    is_ending: Arc<AtomicBool>,
    shutdown_timeout: Duration,
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
        let is_ending = Arc::<AtomicBool>::default();
        let ending = is_ending.clone();
        let runtime = builder
            .enable_all()
            .thread_name(&config.thread_name)
            .max_blocking_threads(config.max_blocking_threads)
            .on_thread_start(move || {
                ENDING.set(Some(ending.clone()));
                context::set(Some((Kind::Tokio, Role::Polls)));
            })
            .on_thread_stop(|| context::set(None))
            .build()?;
        Ok(Self {
            runtime: Some(runtime),
            is_ending,
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
        self.is_ending.store(true, Ordering::SeqCst);
        if tokio::runtime::Handle::try_current().is_ok() && !context::may_block() {
            // Tokio panics where waiting would stop other tasks.
            runtime.shutdown_background();
        } else {
            runtime.shutdown_timeout(self.shutdown_timeout);
        }
    }
}

impl AsyncInstance for Instance {
    type Handle = Handle;

    fn handle(&self) -> Handle {
        Handle(self.runtime().handle().clone())
    }

    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        context::assert_may_block();
        let _context = context::enter(Kind::Tokio, Role::Polls);
        // The tasks that are left, also after a panic, are dropped inside the runtime, whose timers
        // and sockets they may hold.
        let _runtime = self.runtime().enter();
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
