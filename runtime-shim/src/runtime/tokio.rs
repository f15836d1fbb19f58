//! Tokio: its own tasks, timers and threads.
//!
//! Tokio keeps most of the contract by itself, so its types are used as they are. What is added:
//! calls from threads that are in no Tokio context, `spawn_local` without a `LocalSet` in sight,
//! and the end of the runtime.

use std::cell::{OnceCell, RefCell};
use std::future::{Future, poll_fn};
use std::hash::{Hash, Hasher};
use std::io;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::task::LocalSet;

use super::ambient::Ambient;
use super::context::{self, Role};
use super::table::Kind;
use super::{
    AsyncAbortHandle, AsyncHandle, AsyncInstance, AsyncJoinHandle, AsyncRuntime, AsyncSleep,
    Config, Flavor,
};
use crate::task::{Id, JoinError};
use crate::time::Instant;

static AMBIENT: Ambient<Tokio> = Ambient::new();

/// [Tokio](https://docs.rs/tokio).
///
/// # Examples
///
/// ```
/// use portable_runtime_shim::runtime::{AsyncRuntime, Tokio};
///
/// let task = Tokio.spawn(async { 6 * 7 });
/// assert_eq!(Tokio.block_on(task).unwrap(), 42);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Tokio;

impl AsyncRuntime for Tokio {
    type JoinHandle<T> = JoinHandle<T>;
    type AbortHandle = AbortHandle;
    type Sleep = Sleep;
    type Handle = Handle;
    type Instance = Instance;

    fn name(&self) -> &'static str {
        Kind::Tokio.name()
    }

    fn build(&self, config: &Config) -> io::Result<Instance> {
        let mut builder = match config.flavor {
            Flavor::MultiThread => tokio::runtime::Builder::new_multi_thread(),
            Flavor::CurrentThread => tokio::runtime::Builder::new_current_thread(),
        };
        if config.flavor == Flavor::MultiThread {
            builder.worker_threads(config.worker_threads);
        }
        if let Some(bytes) = config.thread_stack_size {
            builder.thread_stack_size(bytes);
        }
        let runtime = builder
            .enable_all()
            .thread_name(&config.thread_name)
            .max_blocking_threads(config.max_blocking_threads)
            .on_thread_start(|| context::set(Some((Kind::Tokio, Role::Polls))))
            .on_thread_stop(|| context::set(None))
            .build()?;
        Ok(Instance {
            runtime: Some(runtime),
            shutdown_timeout: config.shutdown_timeout,
        })
    }

    fn handle(&self) -> Handle {
        match tokio::runtime::Handle::try_current() {
            Ok(handle) => Handle(handle),
            Err(_) => AMBIENT.handle(),
        }
    }

    fn is_entered(&self) -> bool {
        tokio::runtime::Handle::try_current().is_ok()
    }

    fn set_entry(&self, instance: &Instance) {
        AMBIENT.set_entry(instance.handle());
    }

    #[track_caller]
    fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        if context::kind() == Some(Kind::Tokio) {
            // The context is known to be there, and this spares a clone of its handle.
            JoinHandle(tokio::spawn(future))
        } else {
            self.handle().spawn(future)
        }
    }

    #[track_caller]
    fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        match Local::current() {
            Some(local) => JoinHandle(local.spawn(future)),
            None => context::spawn_local_elsewhere(),
        }
    }

    #[track_caller]
    fn spawn_blocking<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        self.handle().spawn_blocking(f)
    }

    fn sleep_until(&self, deadline: Instant) -> Sleep {
        let deadline = deadline.into_std().into();
        let timer = if context::kind() == Some(Kind::Tokio) {
            tokio::time::sleep_until(deadline)
        } else {
            let handle = self.handle();
            let _context = handle.0.enter();
            tokio::time::sleep_until(deadline)
        };
        Sleep { timer }
    }

    fn yield_now(&self) -> impl Future<Output = ()> + Send {
        tokio::task::yield_now()
    }

    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.handle().block_on(future)
    }

    fn task_id(&self) -> Option<Id> {
        tokio::task::try_id().map(id)
    }
}

/// A Tokio task that can be awaited.
#[derive(Debug)]
pub struct JoinHandle<T>(tokio::task::JoinHandle<T>);

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx).map_err(error)
    }
}

impl<T> AsyncJoinHandle<T> for JoinHandle<T> {
    type AbortHandle = AbortHandle;

    fn abort(&self) {
        self.0.abort();
    }

    fn abort_handle(&self) -> AbortHandle {
        AbortHandle(self.0.abort_handle())
    }

    fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    fn id(&self) -> Id {
        id(self.0.id())
    }
}

/// The right to abort a Tokio task.
#[derive(Clone, Debug)]
pub struct AbortHandle(tokio::task::AbortHandle);

impl AsyncAbortHandle for AbortHandle {
    fn abort(&self) {
        self.0.abort();
    }

    fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    fn id(&self) -> Id {
        id(self.0.id())
    }
}

pin_project! {
    /// A Tokio timer.
    #[derive(Debug)]
    pub struct Sleep {
        #[pin]
        timer: tokio::time::Sleep,
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().timer.poll(cx)
    }
}

impl AsyncSleep for Sleep {
    fn reset(self: Pin<&mut Self>, deadline: Instant) {
        self.project().timer.reset(deadline.into_std().into());
    }
}

/// A reference to a running Tokio runtime.
#[derive(Clone, Debug)]
pub struct Handle(tokio::runtime::Handle);

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
    shutdown_timeout: Duration,
}

impl Instance {
    fn runtime(&self) -> &tokio::runtime::Runtime {
        self.runtime
            .as_ref()
            .expect("it is taken only when the instance is dropped")
    }

    fn shutdown(&mut self) {
        let Some(runtime) = self.runtime.take() else {
            return;
        };
        if tokio::runtime::Handle::try_current().is_ok() {
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
        let local = Local::enter();
        let future = pin!(future);
        let output = self.runtime().block_on(local.run_until(future));
        // The tasks that are left are dropped inside the runtime, whose timers and sockets they
        // may hold.
        let _runtime = self.runtime().enter();
        drop(local);
        output
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

fn error(error: tokio::task::JoinError) -> JoinError {
    let id = id(error.id());
    match error.try_into_panic() {
        Ok(payload) => JoinError::panicked(id, payload),
        Err(_) => JoinError::cancelled(id),
    }
}

/// Tokio shows the number of an id through `Display` and `Hash` only; the latter needs no text.
fn id(native: tokio::task::Id) -> Id {
    struct Number(u64);

    impl Hasher for Number {
        fn write(&mut self, bytes: &[u8]) {
            for &byte in bytes {
                self.0 = self.0.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte);
            }
        }

        fn write_u64(&mut self, number: u64) {
            self.0 = number;
        }

        fn finish(&self) -> u64 {
            self.0
        }
    }

    let mut number = Number(0);
    native.hash(&mut number);
    Id::native(number.finish())
}

thread_local! {
    static LOCAL: RefCell<Option<Rc<Local>>> = const { RefCell::new(None) };
}

/// The tasks of `spawn_local`, for a thread inside `block_on`.
///
/// The `LocalSet` is made by the first such task, so that a program without one does not pay.
#[derive(Debug, Default)]
struct Local {
    tasks: OnceCell<LocalSet>,
    /// Wakes the future that polls `tasks`.
    waker: RefCell<Option<Waker>>,
}

impl Local {
    fn current() -> Option<Rc<Self>> {
        LOCAL
            .try_with(|local| local.borrow().clone())
            .ok()
            .flatten()
    }

    /// Makes a new one current until the guard is dropped, with its tasks.
    fn enter() -> LocalEntered {
        let local = Rc::new(Self::default());
        LocalEntered {
            outer: LOCAL.replace(Some(local.clone())),
            local,
        }
    }

    #[track_caller]
    fn spawn<F>(&self, future: F) -> tokio::task::JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let tasks = self.tasks.get_or_init(|| {
            // Nobody polls the set yet.
            if let Some(waker) = &*self.waker.borrow() {
                waker.wake_by_ref();
            }
            LocalSet::new()
        });
        tasks.spawn_local(future)
    }

    fn poll(&self, cx: &mut Context<'_>) {
        match self.tasks.get() {
            Some(tasks) => {
                let forever = poll_fn(|_| Poll::<()>::Pending);
                let _ = pin!(tasks.run_until(forever)).poll(cx);
            }
            None => {
                let mut waker = self.waker.borrow_mut();
                if !waker
                    .as_ref()
                    .is_some_and(|waker| waker.will_wake(cx.waker()))
                {
                    *waker = Some(cx.waker().clone());
                }
            }
        }
    }
}

struct LocalEntered {
    outer: Option<Rc<Local>>,
    local: Rc<Local>,
}

impl LocalEntered {
    async fn run_until<F: Future>(&self, mut future: Pin<&mut F>) -> F::Output {
        poll_fn(|cx| {
            let output = future.as_mut().poll(cx);
            if output.is_pending() {
                self.local.poll(cx);
            }
            output
        })
        .await
    }
}

impl Drop for LocalEntered {
    fn drop(&mut self) {
        LOCAL.set(self.outer.take());
    }
}
