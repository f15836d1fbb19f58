//! A runtime for the libraries that are generic over agnostic-lite.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use agnostic_lite::time::{
    AsyncLocalInterval, AsyncLocalIntervalExt, AsyncLocalSleep, AsyncLocalSleepExt,
    AsyncLocalTimeout, AsyncTimeout, Delay, Elapsed,
};
use agnostic_lite::{
    AfterHandle, AfterHandleError, AsyncAfterSpawner, AsyncBlockingSpawner, AsyncLocalSpawner,
    AsyncSpawner, LocalRuntimeLite, RuntimeLite, Yielder,
};
use pin_project_lite::pin_project;

use crate::runtime::Handle;
use crate::stream::wrappers::IntervalStream;
use crate::task::{self, JoinError, JoinHandle};
use crate::time::{self, Instant};

/// A runtime for libraries that are generic over `agnostic_lite::RuntimeLite`.
///
/// Equivalent to `agnostic_lite::tokio::TokioRuntime`.
///
/// It looks up the current runtime at each call. Its `block_on` panics where
/// [`block_on`](crate::runtime::block_on) does, and its `spawn_local` where
/// [`spawn_local`](crate::task::spawn_local) does. Local tasks work on every runtime.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use std::time::Duration;
///
/// use agnostic_lite::RuntimeLite;
/// use portable::adapters::AgnosticLiteRuntime;
///
/// async fn answers_late<R: RuntimeLite>() -> u32 {
///     let answer = R::spawn_after(Duration::from_millis(1), async { 6 * 7 });
///     answer.await.unwrap_or_default()
/// }
///
/// assert_eq!(answers_late::<AgnosticLiteRuntime>().await, 42);
/// # });
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct AgnosticLiteRuntime {}

impl Yielder for AgnosticLiteRuntime {
    async fn yield_now() {
        task::yield_now().await;
    }

    async fn yield_now_local() {
        task::yield_now().await;
    }
}

impl AsyncSpawner for AgnosticLiteRuntime {
    type JoinHandle<T: Send + 'static> = JoinHandle<T>;

    fn spawn<F>(future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        task::spawn(future)
    }
}

impl AsyncLocalSpawner for AgnosticLiteRuntime {
    type JoinHandle<T: 'static> = JoinHandle<T>;

    fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        task::spawn_local(future)
    }
}

impl AsyncBlockingSpawner for AgnosticLiteRuntime {
    type JoinHandle<T: Send + 'static> = JoinHandle<T>;

    fn spawn_blocking<F, T>(closure: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        task::spawn_blocking(closure)
    }
}

impl<T> agnostic_lite::JoinHandle<T> for JoinHandle<T> {
    type JoinError = JoinError;

    fn abort(self) {
        Self::abort(&self);
    }
}

impl<T> agnostic_lite::LocalJoinHandle<T> for JoinHandle<T> {
    type JoinError = JoinError;
}

impl LocalRuntimeLite for AgnosticLiteRuntime {
    type LocalSpawner = Self;
    type BlockingSpawner = Self;
    type Instant = Instant;
    type LocalInterval = IntervalStream;
    type LocalSleep = AgnosticLiteSleep;
    type LocalDelay<F: Future> = Delay<F, AgnosticLiteSleep>;
    type LocalTimeout<F: Future> = AgnosticLiteTimeout<F>;

    fn new() -> Self {
        Self {}
    }

    fn name() -> &'static str {
        "portable"
    }

    fn fqname() -> &'static str {
        "portable"
    }

    fn block_on<F: Future>(future: F) -> F::Output {
        Handle::current().block_on(future)
    }

    fn interval_local(period: Duration) -> IntervalStream {
        IntervalStream::interval_local(period)
    }

    fn interval_local_at(start: Instant, period: Duration) -> IntervalStream {
        IntervalStream::interval_local_at(start, period)
    }

    fn sleep_local(duration: Duration) -> AgnosticLiteSleep {
        AgnosticLiteSleep::sleep_local(duration)
    }

    fn sleep_local_until(deadline: Instant) -> AgnosticLiteSleep {
        AgnosticLiteSleep::sleep_local_until(deadline)
    }

    fn delay_local<F: Future>(duration: Duration, future: F) -> Self::LocalDelay<F> {
        agnostic_lite::time::AsyncLocalDelayExt::delay(duration, future)
    }

    fn delay_local_at<F: Future>(deadline: Instant, future: F) -> Self::LocalDelay<F> {
        agnostic_lite::time::AsyncLocalDelayExt::delay_at(deadline, future)
    }

    fn timeout_local<F: Future>(duration: Duration, future: F) -> AgnosticLiteTimeout<F> {
        AgnosticLiteTimeout::timeout_local(duration, future)
    }

    fn timeout_local_at<F: Future>(deadline: Instant, future: F) -> AgnosticLiteTimeout<F> {
        AgnosticLiteTimeout::timeout_local_at(deadline, future)
    }
}

impl RuntimeLite for AgnosticLiteRuntime {
    type Spawner = Self;
    type AfterSpawner = Self;
    type Interval = IntervalStream;
    type Sleep = AgnosticLiteSleep;
    type Delay<F: Future + Send> = Delay<F, AgnosticLiteSleep>;
    type Timeout<F: Future + Send> = AgnosticLiteTimeout<F>;

    async fn yield_now() {
        task::yield_now().await;
    }

    fn interval(period: Duration) -> IntervalStream {
        Self::interval_local(period)
    }

    fn interval_at(start: Instant, period: Duration) -> IntervalStream {
        Self::interval_local_at(start, period)
    }

    fn sleep(duration: Duration) -> AgnosticLiteSleep {
        Self::sleep_local(duration)
    }

    fn sleep_until(deadline: Instant) -> AgnosticLiteSleep {
        Self::sleep_local_until(deadline)
    }

    fn delay<F: Future + Send>(duration: Duration, future: F) -> Self::Delay<F> {
        Self::delay_local(duration, future)
    }

    fn delay_at<F: Future + Send>(deadline: Instant, future: F) -> Self::Delay<F> {
        Self::delay_local_at(deadline, future)
    }

    fn timeout<F: Future + Send>(duration: Duration, future: F) -> AgnosticLiteTimeout<F> {
        Self::timeout_local(duration, future)
    }

    fn timeout_at<F: Future + Send>(deadline: Instant, future: F) -> AgnosticLiteTimeout<F> {
        Self::timeout_local_at(deadline, future)
    }
}

impl agnostic_lite::time::Instant for Instant {
    fn now() -> Self {
        Self::now()
    }

    fn elapsed(&self) -> Duration {
        self.elapsed()
    }

    fn checked_add(&self, duration: Duration) -> Option<Self> {
        self.checked_add(duration)
    }

    fn checked_sub(&self, duration: Duration) -> Option<Self> {
        self.checked_sub(duration)
    }

    fn checked_duration_since(&self, earlier: Self) -> Option<Duration> {
        self.checked_duration_since(earlier)
    }
}

impl AsyncLocalInterval for IntervalStream {
    type Instant = Instant;

    fn reset(&mut self, after: Duration) {
        self.as_mut().reset_after(after);
    }

    fn reset_at(&mut self, deadline: Instant) {
        self.as_mut().reset_at(deadline);
    }

    fn poll_tick(&mut self, cx: &mut Context<'_>) -> Poll<Instant> {
        self.as_mut().poll_tick(cx)
    }
}

impl AsyncLocalIntervalExt for IntervalStream {
    // The first tick is a period away, as with agnostic-lite's own runtimes.
    fn interval_local(period: Duration) -> Self {
        Self::interval_local_at(Instant::after(period), period)
    }

    fn interval_local_at(start: Instant, period: Duration) -> Self {
        Self::new(time::interval_at(start, period))
    }
}

pin_project! {
    /// A sleep of [`AgnosticLiteRuntime`], which returns its deadline.
    #[derive(Debug)]
    pub struct AgnosticLiteSleep {
        #[pin]
        sleep: time::Sleep,
    }
}

impl Future for AgnosticLiteSleep {
    type Output = Instant;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Instant> {
        let mut sleep = self.project().sleep;
        ready!(sleep.as_mut().poll(cx));
        Poll::Ready(sleep.deadline())
    }
}

impl AsyncLocalSleep for AgnosticLiteSleep {
    type Instant = Instant;

    fn reset(self: Pin<&mut Self>, deadline: Instant) {
        self.project().sleep.reset(deadline);
    }
}

impl AsyncLocalSleepExt for AgnosticLiteSleep {
    fn sleep_local(duration: Duration) -> Self {
        let sleep = time::sleep(duration);
        Self { sleep }
    }

    fn sleep_local_until(deadline: Instant) -> Self {
        let sleep = time::sleep_until(deadline);
        Self { sleep }
    }
}

pin_project! {
    /// A future of [`AgnosticLiteRuntime`] whose time is limited.
    #[derive(Debug)]
    pub struct AgnosticLiteTimeout<F> {
        #[pin]
        timeout: time::Timeout<F>,
    }
}

impl<F: Future> Future for AgnosticLiteTimeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let output = ready!(self.project().timeout.poll(cx));
        Poll::Ready(output.map_err(|_| Elapsed))
    }
}

impl<F: Future> AsyncLocalTimeout<F> for AgnosticLiteTimeout<F> {
    type Instant = Instant;

    fn timeout_local(duration: Duration, future: F) -> Self {
        let timeout = time::timeout(duration, future);
        Self { timeout }
    }

    fn timeout_local_at(deadline: Instant, future: F) -> Self {
        let timeout = time::timeout_at(deadline, future);
        Self { timeout }
    }
}

impl<F: Future + Send> AsyncTimeout<F> for AgnosticLiteTimeout<F> {
    type Instant = Instant;

    fn timeout(duration: Duration, future: F) -> Self {
        Self::timeout_local(duration, future)
    }

    fn timeout_at(deadline: Instant, future: F) -> Self {
        Self::timeout_local_at(deadline, future)
    }
}

impl AsyncAfterSpawner for AgnosticLiteRuntime {
    type Instant = Instant;
    type JoinHandle<T: Send + 'static> = AgnosticLiteAfter<T>;

    fn spawn_after<F>(duration: Duration, future: F) -> AgnosticLiteAfter<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        AgnosticLiteAfter::new(time::sleep(duration), future)
    }

    fn spawn_after_at<F>(deadline: Instant, future: F) -> AgnosticLiteAfter<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        AgnosticLiteAfter::new(time::sleep_until(deadline), future)
    }
}

/// A task of [`AgnosticLiteRuntime`] whose future is first polled after a sleep.
///
/// Dropping it lets the task go on. `reset` sets how long after the spawn the sleep ends, and does nothing
/// once the sleep has ended.
pub struct AgnosticLiteAfter<T> {
    task: JoinHandle<T>,
    spawned: Instant,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    reset: Mutex<Reset>,
    is_expired: AtomicBool,
}

#[derive(Default)]
struct Reset {
    deadline: Option<Instant>,
    // Of the task, while it sleeps.
    waker: Option<Waker>,
}

impl Shared {
    /// Sleeps until the deadline, or the one that it is reset to meanwhile.
    async fn expire(&self, sleep: time::Sleep) {
        let mut sleep = pin!(sleep);
        poll_fn(|cx| {
            let waker = cx.waker().clone();
            let (deadline, replaced) = {
                let mut reset = self.reset.lock().unwrap_or_else(PoisonError::into_inner);
                (reset.deadline.take(), reset.waker.replace(waker))
            };
            drop(replaced);
            if let Some(deadline) = deadline {
                sleep.as_mut().reset(deadline);
            }
            sleep.as_mut().poll(cx)
        })
        .await;
        self.is_expired.store(true, Ordering::Release);
    }
}

impl<T: Send + 'static> AgnosticLiteAfter<T> {
    fn new(sleep: time::Sleep, future: impl Future<Output = T> + Send + 'static) -> Self {
        let shared = Arc::new(Shared::default());
        let spawned = Instant::now();
        let task = task::spawn({
            let shared = shared.clone();
            async move {
                shared.expire(sleep).await;
                future.await
            }
        });
        Self {
            task,
            spawned,
            shared,
        }
    }
}

fn canceled_or_failed(error: JoinError) -> AfterHandleError<JoinError> {
    match error.is_cancelled() {
        true => AfterHandleError::Canceled,
        false => AfterHandleError::Join(error),
    }
}

impl<T> Future for AgnosticLiteAfter<T> {
    type Output = Result<T, AfterHandleError<JoinError>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let output = ready!(Pin::new(&mut self.task).poll(cx));
        Poll::Ready(output.map_err(canceled_or_failed))
    }
}

impl<T: Send + 'static> AfterHandle<T> for AgnosticLiteAfter<T> {
    type JoinError = AfterHandleError<JoinError>;

    async fn cancel(self) -> Option<Result<T, Self::JoinError>> {
        self.task.abort();
        match self.await {
            Err(AfterHandleError::Canceled) => None,
            ended => Some(ended),
        }
    }

    fn reset(&self, duration: Duration) {
        let deadline = self.spawned.checked_add(duration);
        let deadline = deadline.unwrap_or_else(|| Instant::after(duration));
        let waker = {
            let reset = &self.shared.reset;
            let mut reset = reset.lock().unwrap_or_else(PoisonError::into_inner);
            reset.deadline = Some(deadline);
            reset.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn abort(self) {
        self.task.abort();
    }

    fn is_expired(&self) -> bool {
        self.shared.is_expired.load(Ordering::Acquire)
    }

    fn is_finished(&self) -> bool {
        self.task.is_finished()
    }
}

impl<T> fmt::Debug for AgnosticLiteAfter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgnosticLiteAfter")
            .field("task", &self.task)
            .field("is_expired", &self.shared.is_expired)
            .finish_non_exhaustive()
    }
}
