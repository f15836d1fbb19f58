//! Dispatch among the runtimes that are compiled in.
//!
//! Everything here is generated from the table. Without a runtime the enums have no values, and the
//! only place that chooses a runtime panics.

use std::borrow::Borrow;
use std::cell::{Cell, OnceCell};
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{OnceLock, PoisonError, RwLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;

use super::async_runtime::Sealed;
use super::backend::{LocalTasks, yield_by};
#[cfg(feature = "test-util")]
use super::clock::{Held, Refused};
use super::config;
use super::context;
use super::metrics::{ClosureReading, Metered, TaskReading, WorkerReading};
use super::table::{CHOICES, Kind};
use super::{
    AsyncAbortHandle, AsyncHandle, AsyncInstance, AsyncJoinHandle, AsyncRuntime, AsyncSleep,
    Backend, Config, Enter, Entry, Flavor, Foreign,
};
use crate::handle_traits::Gives;
use crate::task::{Id, JoinError};
use crate::time::Instant;

/// Matches on the runtime. Every call that goes to one of several runtimes uses this macro.
///
/// - `dispatch!(value, Enum(inner) => body)` binds `inner` to the content of the enum's variant.
/// - `dispatch!(kind, Kind(runtime) => body)` binds `runtime` to the runtime that a [`Kind`] names.
/// - `dispatch!(value, Enum(inner) => To { body })` wraps the result of `body` in the variant of
///   the enum `To` for the same runtime. It also takes a [`Kind`].
macro_rules! dispatch {
    ($value:expr, $enum:ident($inner:ident) => $to:ident { $body:expr }) => {
        for_each_runtime!(dispatch_arms [$value] $enum($inner) => $to { $body })
    };
    ($value:expr, $enum:ident($inner:ident) => $body:expr) => {
        for_each_runtime!(dispatch_arms [$value] $enum($inner) => { $body })
    };
}
macro_rules! dispatch_arms {
    ({[$kind:expr] Kind($runtime:ident) => { $body:expr }} $(($feature:tt, $type:ident))*) => {
        match $kind {
            $(Kind::$type => {
                let $runtime = crate::runtime::$type;
                $body
            })*
        }
    };
    ({[$kind:expr] Kind($runtime:ident) => $to:ident { $body:expr }} $(($feature:tt, $type:ident))*) => {
        match $kind {
            $(Kind::$type => {
                let $runtime = crate::runtime::$type;
                $to::$type($body)
            })*
        }
    };
    ({[$value:expr] $enum:ident($inner:ident) => { $body:expr }} $(($feature:tt, $type:ident))*) => {
        match $value {
            $($enum::$type($inner) => $body,)*
            $enum::Never(never, ..) => absurd(never),
        }
    };
    ({[$value:expr] $enum:ident($inner:ident) => $to:ident { $body:expr }} $(($feature:tt, $type:ident))*) => {
        match $value {
            $($enum::$type($inner) => $to::$type($body),)*
            $enum::Never(never, ..) => absurd(never),
        }
    };
}

/// The body of a match arm whose value cannot exist, given by value or by reference.
fn absurd(never: impl Borrow<Infallible>) -> ! {
    match *never.borrow() {}
}

/// The runtime that the calling thread belongs to, among those that are compiled in.
///
/// The free functions use it in a build with several runtimes. The rules are in the
/// [module](super).
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # {
/// use portable::runtime::{Any, AsyncRuntime};
///
/// let task = Any.spawn(async { 6 * 7 });
/// assert_eq!(Any.block_on(task).unwrap(), 42);
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Any;

thread_local! {
    /// The runtime that the innermost `LocalSet` on this thread was made for.
    static LOCAL_SET: Cell<Option<Kind>> = const { Cell::new(None) };
}

/// The runtime of the entry point.
static ENTRY: RwLock<Option<Kind>> = RwLock::new(None);

impl Any {
    /// Returns the runtime that calls from this thread go to.
    #[track_caller]
    #[inline]
    fn here(self) -> Kind {
        match context::kind() {
            Some(kind) => kind,
            None => Self::outside(),
        }
    }

    #[cold]
    #[track_caller]
    fn outside() -> Kind {
        match Self::ambient() {
            Some(kind) => kind,
            None => Self::of_the_process(),
        }
    }

    /// Returns the runtime that this thread is inside of without belonging to it, because other
    /// code built it.
    fn ambient() -> Option<Kind> {
        let is_inside =
            |kind: &&Kind| dispatch!(**kind, Kind(runtime) => runtime.try_handle().is_some());
        CHOICES.iter().find(is_inside).copied()
    }

    /// Spawns a task from a thread that belongs to no runtime.
    #[track_caller]
    fn spawn_outside<F>(self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let is_inside = |kind: &&Kind| dispatch!(**kind, Kind(runtime) => runtime.is_inside());
        let kind = match CHOICES.iter().find(is_inside) {
            Some(kind) => *kind,
            None => Self::outside(),
        };
        dispatch!(kind, Kind(runtime) => JoinHandle { runtime.spawn(future) })
    }

    // A thread that belongs to no runtime of ours may poll a task of a runtime that other code built.

    #[cold]
    fn poll_budget_outside(cx: &mut Context<'_>) -> Poll<()> {
        let has_some =
            |kind: &Kind| dispatch!(*kind, Kind(runtime) => runtime.poll_budget(cx).is_ready());
        match Kind::ALL.iter().all(has_some) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }

    #[cold]
    fn has_budget_outside() -> bool {
        let has_some = |kind: &Kind| dispatch!(*kind, Kind(runtime) => runtime.has_budget());
        Kind::ALL.iter().all(has_some)
    }

    #[cold]
    fn spend_budget_outside() {
        let spend = |kind: &Kind| dispatch!(*kind, Kind(runtime) => runtime.spend_budget());
        Kind::ALL.iter().for_each(spend);
    }

    /// Returns the id of the task whose output or future is being dropped on a thread of no
    /// runtime.
    #[cold]
    fn task_outside() -> Option<Id> {
        let task_id = |kind: &Kind| dispatch!(*kind, Kind(runtime) => runtime.task_id());
        Kind::ALL.iter().find_map(task_id)
    }

    /// Returns the runtime whose set of local tasks is made on this thread.
    #[track_caller]
    fn for_local_set(self) -> Kind {
        let entry = || *ENTRY.read().unwrap_or_else(PoisonError::into_inner);
        let kind = context::kind().or_else(Self::ambient).or_else(entry);
        match kind.or_else(|| Kind::ALL.first().copied()) {
            Some(kind) => kind,
            None => self.here(),
        }
    }

    /// Returns the runtime for threads that are inside none.
    #[track_caller]
    fn of_the_process() -> Kind {
        static PREFERRED: OnceLock<Kind> = OnceLock::new();

        match *ENTRY.read().unwrap_or_else(PoisonError::into_inner) {
            Some(kind) => kind,
            // Not in a closure, whose panic would name a place in this file.
            None => match PREFERRED.get().copied().map_or_else(config::preferred, Ok) {
                Ok(kind) => *PREFERRED.get_or_init(|| kind),
                Err(error) => panic!("{error}"),
            },
        }
    }
}

macro_rules! define_enums {
    ({} $(($feature:tt, $type:ident))*) => {
        /// A handle to a task of any runtime, which awaits its output.
        #[derive(Debug)]
        pub enum JoinHandle<T> {
            $(
                #[doc(hidden)]
                $type(<crate::runtime::$type as AsyncRuntime>::JoinHandle<T>),
            )*
            #[doc(hidden)]
            Never(Infallible, Gives<T>),
        }

        /// A handle that aborts a task of any runtime.
        #[derive(Clone, Debug)]
        pub enum AbortHandle {
            $(
                #[doc(hidden)]
                $type(<crate::runtime::$type as AsyncRuntime>::AbortHandle),
            )*
            #[doc(hidden)]
            Never(Infallible),
        }

        /// A reference to a running runtime of any kind.
        #[derive(Clone, Debug)]
        pub enum Handle {
            $(
                #[doc(hidden)]
                $type(<crate::runtime::$type as AsyncRuntime>::Handle),
            )*
            #[doc(hidden)]
            Never(Infallible),
        }

        /// A running runtime of any kind.
        #[derive(Debug)]
        #[allow(dead_code, reason = "none is made without a runtime")]
        pub(crate) enum Instance {
            $(
                #[doc(hidden)]
                $type(<crate::runtime::$type as Backend>::Instance),
            )*
            #[doc(hidden)]
            Never(Infallible),
        }

        /// The tasks of a `LocalSet` on a runtime.
        #[derive(Debug)]
        #[allow(clippy::large_enum_variant, reason = "a program has few")]
        pub(crate) enum TasksOf {
            $(
                #[doc(hidden)]
                $type(<crate::runtime::$type as Backend>::LocalSet),
            )*
            #[doc(hidden)]
            #[allow(dead_code)]
            Never(Infallible),
        }

        /// The guard of a `LocalSet` that was entered.
        #[allow(dead_code, reason = "it is kept to be dropped")]
        pub(crate) enum EnteredOf {
            $(
                #[doc(hidden)]
                $type(<<crate::runtime::$type as Backend>::LocalSet as LocalTasks>::Entered),
            )*
            #[doc(hidden)]
            #[allow(dead_code)]
            Never(Infallible),
        }

        impl TasksOf {
            fn kind(&self) -> Kind {
                match self {
                    $(Self::$type(_) => Kind::$type,)*
                    Self::Never(never) => absurd(never),
                }
            }
        }

        impl Instance {
            /// Makes this instance the fallback, which calls from threads outside any runtime go
            /// to. Returns its kind.
            fn set_entry(&self) -> Kind {
                match self {
                    $(Self::$type(instance) => {
                        crate::runtime::$type.set_entry(instance);
                        Kind::$type
                    })*
                    Self::Never(never) => absurd(never),
                }
            }

            /// Makes this instance the fallback if its runtime has none yet. Returns its kind if it
            /// did.
            fn lend_entry(&self) -> Option<Kind> {
                match self {
                    $(Self::$type(instance) => {
                        crate::runtime::$type.lend_entry(instance).then_some(Kind::$type)
                    })*
                    Self::Never(never) => absurd(never),
                }
            }
        }

        /// The guard of a runtime of any kind that was entered by hand.
        #[allow(dead_code, reason = "it is only dropped")]
        pub(crate) enum ByHand {
            $(
                #[doc(hidden)]
                $type(<<crate::runtime::$type as AsyncRuntime>::Handle as Enter>::Entered),
            )*
            #[doc(hidden)]
            Never(Infallible),
        }

        impl Enter for Handle {
            type Entered = ByHand;

            fn enter(&self) -> Entry<ByHand> {
                match self {
                    $(Self::$type(handle) => handle.enter().map(ByHand::$type),)*
                    Self::Never(never) => absurd(never),
                }
            }

            fn abandon(entered: ByHand) {
                match entered {
                    $(ByHand::$type(entered) => {
                        <<crate::runtime::$type as AsyncRuntime>::Handle as Enter>::abandon(entered);
                    })*
                    ByHand::Never(never) => absurd(never),
                }
            }

            fn enter_foreign(&self) -> Foreign<'_> {
                dispatch!(self, Handle(handle) => handle.enter_foreign())
            }
        }

        pin_project! {
            /// A timer of any runtime.
            #[derive(Debug)]
            #[project = SleepProjection]
            pub enum Sleep {
                $(
                    #[doc(hidden)]
                    $type {
                        #[pin]
                        sleep: <crate::runtime::$type as AsyncRuntime>::Sleep,
                    },
                )*
                /// A timer that was made outside any runtime. Its first poll chooses the runtime.
                #[doc(hidden)]
                New { deadline: Instant },
            }
        }

        impl Sleep {
            fn until(kind: Kind, deadline: Instant) -> Self {
                match kind {
                    $(Kind::$type => Self::$type {
                        sleep: crate::runtime::$type.sleep_until(deadline),
                    },)*
                }
            }
        }

        impl Future for Sleep {
            type Output = ();

            fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
                match self.as_mut().project() {
                    $(SleepProjection::$type { sleep } => sleep.poll(cx),)*
                    SleepProjection::New { deadline } => {
                        let sleep = Self::until(Any.here(), *deadline);
                        self.set(sleep);
                        self.poll(cx)
                    }
                }
            }
        }

        impl AsyncSleep for Sleep {
            fn reset(self: Pin<&mut Self>, deadline: Instant) {
                match self.project() {
                    $(SleepProjection::$type { sleep } => sleep.reset(deadline),)*
                    SleepProjection::New { deadline: old } => *old = deadline,
                }
            }
        }
    };
}
for_each_runtime!(define_enums);

#[cfg(feature = "_reactor")]
mod source;

impl Sealed for Any {}
impl Sealed for Handle {}

impl AsyncRuntime for Any {
    type JoinHandle<T> = JoinHandle<T>;
    type AbortHandle = AbortHandle;
    type Sleep = Sleep;
    type Handle = Handle;

    fn name(&self) -> &'static str {
        dispatch!(self.here(), Kind(runtime) => runtime.name())
    }

    fn handle(&self) -> Handle {
        dispatch!(self.here(), Kind(runtime) => Handle { runtime.handle() })
    }

    #[track_caller]
    fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        match context::kind() {
            Some(kind) => {
                dispatch!(kind, Kind(runtime) => JoinHandle { runtime.spawn_inside(future) })
            }
            None => self.spawn_outside(future),
        }
    }

    #[track_caller]
    fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        // A set may have been made for another runtime than that of this thread.
        let kind = LOCAL_SET.get().unwrap_or_else(|| self.here());
        dispatch!(kind, Kind(runtime) => JoinHandle { runtime.spawn_local(future) })
    }

    #[track_caller]
    fn spawn_blocking<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        dispatch!(self.here(), Kind(runtime) => JoinHandle { runtime.spawn_blocking(f) })
    }

    #[cfg(feature = "rayon")]
    #[track_caller]
    fn spawn_compute<F, T>(&self, f: F) -> crate::task::JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        dispatch!(self.here(), Kind(runtime) => runtime.spawn_compute(f))
    }

    fn sleep_until(&self, deadline: Instant) -> Sleep {
        match context::kind() {
            Some(kind) => Sleep::until(kind, deadline),
            None => Sleep::New { deadline },
        }
    }

    #[inline]
    fn yield_now(&self) -> impl Future<Output = ()> + Send {
        yield_by(*self)
    }

    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.handle().block_on(future)
    }

    fn task_id(&self) -> Option<Id> {
        match context::kind() {
            Some(kind) => {
                let id: Option<Id> = dispatch!(kind, Kind(runtime) => runtime.task_id());
                // A set may have been made for another runtime than that of this thread.
                id.or_else(|| {
                    let kind = LOCAL_SET.get()?;
                    dispatch!(kind, Kind(runtime) => runtime.task_id())
                })
            }
            // A thread of no runtime may be dropping what a task has left behind.
            None => Self::task_outside(),
        }
    }
}

/// The tasks of a `LocalSet`. The first call chooses the runtime.
#[derive(Debug, Default)]
pub(crate) struct LocalSet(OnceCell<TasksOf>);

/// The guard of a `LocalSet` that was entered.
pub(crate) struct LocalSetEntered {
    _tasks: EnteredOf,
    _kind: KindEntered,
}

impl LocalSet {
    fn tasks(&self) -> &TasksOf {
        self.0.get_or_init(
            || dispatch!(Any.for_local_set(), Kind(_runtime) => TasksOf { Default::default() }),
        )
    }
}

/// Makes `kind` the runtime of the innermost set until the guard is dropped.
fn enter_kind(kind: Kind) -> KindEntered {
    KindEntered(LOCAL_SET.replace(Some(kind)))
}

/// A guard that restores the runtime of the outer set.
struct KindEntered(Option<Kind>);

impl Drop for KindEntered {
    fn drop(&mut self) {
        LOCAL_SET.set(self.0);
    }
}

impl LocalTasks for LocalSet {
    type JoinHandle<T> = JoinHandle<T>;
    type Entered = LocalSetEntered;

    #[track_caller]
    fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        dispatch!(self.tasks(), TasksOf(tasks) => JoinHandle { tasks.spawn_local(future) })
    }

    fn enter(&self) -> LocalSetEntered {
        let tasks = self.tasks();
        LocalSetEntered {
            _kind: enter_kind(tasks.kind()),
            _tasks: dispatch!(tasks, TasksOf(tasks) => EnteredOf { tasks.enter() }),
        }
    }

    fn poll_until<F: Future>(&self, future: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let tasks = self.tasks();
        let _kind = enter_kind(tasks.kind());
        dispatch!(tasks, TasksOf(tasks) => tasks.poll_until(future, cx))
    }

    fn poll_all(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let _kind = enter_kind(self.tasks().kind());
        match self.0.get_mut() {
            Some(tasks) => dispatch!(tasks, TasksOf(tasks) => tasks.poll_all(cx)),
            None => Poll::Ready(()),
        }
    }
}

impl Drop for LocalSet {
    fn drop(&mut self) {
        if let Some(tasks) = self.0.take() {
            let _kind = enter_kind(tasks.kind());
            drop(tasks);
        }
    }
}

impl Backend for Any {
    type Instance = Instance;
    type LocalSet = LocalSet;

    fn build(&self, config: &Config) -> io::Result<Instance> {
        Ok(dispatch!(config.kind, Kind(runtime) => Instance { runtime.build(config)? }))
    }

    fn try_handle(&self) -> Option<Handle> {
        let kind = context::kind().or_else(Self::ambient)?;
        Some(dispatch!(kind, Kind(runtime) => Handle { runtime.try_handle()? }))
    }

    fn is_destroyed_here(&self) -> bool {
        let is_destroyed =
            |kind: &Kind| dispatch!(*kind, Kind(runtime) => runtime.is_destroyed_here());
        Kind::ALL.iter().any(is_destroyed)
    }

    fn set_entry(&self, instance: &Instance) {
        let mut entry = ENTRY.write().unwrap_or_else(PoisonError::into_inner);
        *entry = Some(instance.set_entry());
    }

    fn lend_entry(&self, instance: &Instance) -> bool {
        let mut entry = ENTRY.write().unwrap_or_else(PoisonError::into_inner);
        if entry.is_none() {
            *entry = instance.lend_entry();
            return entry.is_some();
        }
        false
    }

    fn clear_entry(&self) {
        let mut entry = ENTRY.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(kind) = entry.take() {
            dispatch!(kind, Kind(runtime) => runtime.clear_entry());
        }
    }

    // Not inlined, so that the future of `yield_now` is. Only one of its two polls calls this
    // method.
    #[inline(never)]
    fn defer(&self, cx: &mut Context<'_>) {
        dispatch!(self.here(), Kind(runtime) => runtime.defer(cx));
    }

    fn poll_budget(&self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(kind) = context::kind() {
            return dispatch!(kind, Kind(runtime) => runtime.poll_budget(cx));
        }
        Self::poll_budget_outside(cx)
    }

    // Chooses the runtime once for both steps.
    fn poll_spend(&self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(kind) = context::kind() {
            return dispatch!(kind, Kind(runtime) => runtime.poll_spend(cx));
        }
        ready!(self.poll_budget(cx));
        self.spend_budget();
        Poll::Ready(())
    }

    #[inline]
    fn has_budget(&self) -> bool {
        match context::kind() {
            Some(kind) => dispatch!(kind, Kind(runtime) => runtime.has_budget()),
            None => Self::has_budget_outside(),
        }
    }

    fn has_budget_remaining(&self) -> bool {
        match context::kind() {
            Some(kind) => dispatch!(kind, Kind(runtime) => runtime.has_budget_remaining()),
            None => self.has_budget(),
        }
    }

    #[inline]
    fn spend_budget(&self) {
        match context::kind() {
            Some(kind) => dispatch!(kind, Kind(runtime) => runtime.spend_budget()),
            None => Self::spend_budget_outside(),
        }
    }

    fn unconstrained<T>(&self, f: impl FnOnce() -> T) -> T {
        let kind = context::kind().or_else(Self::ambient);
        match kind {
            Some(kind) => dispatch!(kind, Kind(runtime) => runtime.unconstrained(f)),
            None => f(),
        }
    }

    #[cfg(feature = "test-util")]
    fn pause_clock(&self) -> Result<(), Refused> {
        let kind = context::kind().or_else(Self::ambient);
        let kind = kind.ok_or(Refused::Elsewhere)?;
        dispatch!(kind, Kind(runtime) => runtime.pause_clock())
    }

    #[cfg(feature = "test-util")]
    fn resume_clock(&self) -> Result<(), Refused> {
        let kind = context::kind().or_else(Self::ambient);
        let kind = kind.ok_or(Refused::Elsewhere)?;
        dispatch!(kind, Kind(runtime) => runtime.resume_clock())
    }

    #[cfg(feature = "test-util")]
    fn advance_clock(&self, duration: Duration) -> Result<(), Refused> {
        let kind = context::kind().or_else(Self::ambient);
        let kind = kind.ok_or(Refused::Elsewhere)?;
        dispatch!(kind, Kind(runtime) => runtime.advance_clock(duration))
    }

    #[cfg(feature = "test-util")]
    fn fire_timers(&self) {
        if let Some(kind) = context::kind() {
            dispatch!(kind, Kind(runtime) => runtime.fire_timers());
        }
    }

    #[cfg(feature = "test-util")]
    fn hold_clock(&self) -> Option<Held> {
        let kind = context::kind().or_else(Self::ambient)?;
        dispatch!(kind, Kind(runtime) => runtime.hold_clock())
    }

    fn worker_index(&self) -> Option<usize> {
        let kind = context::kind().or_else(Self::ambient)?;
        dispatch!(kind, Kind(runtime) => runtime.worker_index())
    }

    #[track_caller]
    fn block_in_place<T>(&self, f: impl FnOnce() -> T) -> T {
        let kind = context::kind().or_else(Self::ambient);
        match kind {
            Some(kind) => dispatch!(kind, Kind(runtime) => runtime.block_in_place(f)),
            None => f(),
        }
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        dispatch!(self.get_mut(), JoinHandle(task) => Pin::new(task).poll(cx))
    }
}

impl<T> Unpin for JoinHandle<T> {}

impl<T> AsyncJoinHandle<T> for JoinHandle<T> {
    type AbortHandle = AbortHandle;

    fn abort(&self) {
        dispatch!(self, JoinHandle(task) => task.abort());
    }

    fn abort_handle(&self) -> AbortHandle {
        dispatch!(self, JoinHandle(task) => AbortHandle { task.abort_handle() })
    }

    fn is_finished(&self) -> bool {
        dispatch!(self, JoinHandle(task) => task.is_finished())
    }

    fn id(&self) -> Id {
        dispatch!(self, JoinHandle(task) => task.id())
    }
}

impl AsyncAbortHandle for AbortHandle {
    fn abort(&self) {
        dispatch!(self, AbortHandle(task) => task.abort());
    }

    fn is_finished(&self) -> bool {
        dispatch!(self, AbortHandle(task) => task.is_finished())
    }

    fn id(&self) -> Id {
        dispatch!(self, AbortHandle(task) => task.id())
    }
}

impl AsyncHandle for Handle {
    type JoinHandle<T> = JoinHandle<T>;

    fn id(&self) -> super::Id {
        dispatch!(self, Handle(handle) => handle.id())
    }

    fn name(&self) -> Option<&str> {
        dispatch!(self, Handle(handle) => handle.name())
    }

    fn flavor(&self) -> Flavor {
        dispatch!(self, Handle(handle) => handle.flavor())
    }

    #[track_caller]
    fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        dispatch!(self, Handle(handle) => JoinHandle { handle.spawn(future) })
    }

    #[track_caller]
    fn spawn_blocking<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        dispatch!(self, Handle(handle) => JoinHandle { handle.spawn_blocking(f) })
    }

    #[cfg(feature = "rayon")]
    #[track_caller]
    fn spawn_compute<F, T>(&self, f: F) -> crate::task::JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        dispatch!(self, Handle(handle) => handle.spawn_compute(f))
    }

    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        dispatch!(self, Handle(handle) => handle.block_on(future))
    }
}

impl Metered for Handle {
    fn tasks(&self) -> TaskReading {
        dispatch!(self, Handle(handle) => handle.tasks())
    }

    fn num_workers(&self) -> usize {
        dispatch!(self, Handle(handle) => handle.num_workers())
    }

    fn worker(&self, index: usize) -> WorkerReading {
        dispatch!(self, Handle(handle) => handle.worker(index))
    }

    fn global_queue_depth(&self) -> usize {
        dispatch!(self, Handle(handle) => handle.global_queue_depth())
    }

    fn closures(&self) -> ClosureReading {
        dispatch!(self, Handle(handle) => handle.closures())
    }

    fn num_timers(&self) -> Option<usize> {
        dispatch!(self, Handle(handle) => handle.num_timers())
    }

    fn num_watched_descriptors(&self) -> usize {
        dispatch!(self, Handle(handle) => handle.num_watched_descriptors())
    }
}

impl AsyncInstance for Instance {
    type Handle = Handle;

    fn handle(&self) -> Handle {
        dispatch!(self, Instance(instance) => Handle { instance.handle() })
    }

    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        dispatch!(self, Instance(instance) => instance.block_on(future))
    }

    #[track_caller]
    fn run_to_end<F: Future>(self, future: F) -> F::Output {
        dispatch!(self, Instance(instance) => instance.run_to_end(future))
    }

    fn shutdown_timeout(self, timeout: Duration) {
        dispatch!(self, Instance(instance) => instance.shutdown_timeout(timeout));
    }
}
