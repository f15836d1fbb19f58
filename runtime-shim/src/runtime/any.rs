//! Dispatch among the runtimes that are compiled in.
//!
//! Everything here is generated from the table. With no runtime the enums have no value, and the
//! one place where a runtime is chosen panics.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{OnceLock, PoisonError, RwLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;

use super::async_runtime::Sealed;
use super::backend::yield_by;
use super::config;
use super::context;
use super::table::{CHOICES, Kind};
use super::{
    AsyncAbortHandle, AsyncHandle, AsyncInstance, AsyncJoinHandle, AsyncRuntime, AsyncSleep,
    Backend, Config,
};
use crate::handles::Gives;
use crate::task::{Id, JoinError};
use crate::time::Instant;

/// Evaluates `$body` for the runtime that `$kind` says, with `$runtime` bound to it.
macro_rules! with_kind {
    ($kind:expr, $runtime:ident => $body:expr) => {
        for_each_runtime!(with_kind_arms [$kind] $runtime => $body)
    };
}
macro_rules! with_kind_arms {
    ({[$kind:expr] $runtime:ident => $body:expr}
     $(($feature:tt, $type:ident))*) => {
        match $kind {
            $(Kind::$type => {
                let $runtime = super::$type;
                $body
            })*
        }
    };
}

/// Evaluates `$body`, an expression of the runtime's own type, as the variant of `$enum` for the
/// runtime that `$kind` says.
macro_rules! choose {
    ($kind:expr, $enum:ident, $runtime:ident => $body:expr) => {
        for_each_runtime!(choose_arms [$kind] $enum $runtime => $body)
    };
}
macro_rules! choose_arms {
    ({[$kind:expr] $enum:ident $runtime:ident => $body:expr}
     $(($feature:tt, $type:ident))*) => {
        match $kind {
            $(Kind::$type => {
                let $runtime = super::$type;
                $enum::$type($body)
            })*
        }
    };
}

/// Evaluates `$body` with `$inner` bound to what the enum holds.
macro_rules! dispatch {
    ($value:expr, $enum:ident, $inner:ident => $body:expr) => {
        for_each_runtime!(dispatch_arms [$value] $enum $inner => $body)
    };
}
macro_rules! dispatch_arms {
    ({[$value:expr] $enum:ident $inner:ident => $body:expr}
     $(($feature:tt, $type:ident))*) => {
        match $value {
            $($enum::$type($inner) => $body,)*
            $enum::Never(never, ..) => match *never {},
        }
    };
}

/// As `dispatch`, with the result put back into the variant of `$to`.
macro_rules! map {
    ($value:expr, $enum:ident => $to:ident, $inner:ident => $body:expr) => {
        for_each_runtime!(map_arms [$value] $enum $to $inner => $body)
    };
}
macro_rules! map_arms {
    ({[$value:expr] $enum:ident $to:ident $inner:ident => $body:expr}
     $(($feature:tt, $type:ident))*) => {
        match $value {
            $($enum::$type($inner) => $to::$type($body),)*
            $enum::Never(never, ..) => match *never {},
        }
    };
}

/// Whichever of the runtimes that are compiled in the calling thread belongs to.
///
/// This is what the free functions use in a build with several runtimes. The rules are in the
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

/// The runtime of the entry point.
static ENTRY: RwLock<Option<Kind>> = RwLock::new(None);

impl Any {
    /// The runtime that calls from this thread go to.
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
        match Handle::ambient() {
            Some(handle) => handle.kind(),
            None => Self::of_the_process(),
        }
    }

    /// As `spawn`, on a thread that belongs to no runtime.
    #[track_caller]
    fn spawn_outside<F>(self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        macro_rules! spawn {
            ({} $(($feature:tt, $type:ident))*) => {
                $(
                    if CHOICES.contains(&Kind::$type) {
                        if super::$type.is_inside() {
                            return JoinHandle::$type(super::$type.spawn(future));
                        }
                        if let Some(handle) = super::$type.try_handle() {
                            return JoinHandle::$type(handle.spawn(future));
                        }
                    }
                )*
            };
        }
        for_each_runtime!(spawn);
        choose!(Self::of_the_process(), JoinHandle, runtime => runtime.spawn(future))
    }

    /// The task whose output is being dropped, or whose future.
    #[cold]
    fn task_outside() -> Option<Id> {
        macro_rules! task_id {
            ({} $(($feature:tt, $type:ident))*) => {
                None$(.or_else(|| super::$type.task_id()))*
            };
        }
        for_each_runtime!(task_id)
    }

    /// The runtime for threads that are inside none.
    #[track_caller]
    fn of_the_process() -> Kind {
        static PREFERRED: OnceLock<Kind> = OnceLock::new();

        match *ENTRY.read().unwrap_or_else(PoisonError::into_inner) {
            Some(kind) => kind,
            None => *PREFERRED
                .get_or_init(|| config::preferred().unwrap_or_else(|error| panic!("{error}"))),
        }
    }
}

macro_rules! define_enums {
    ({} $(($feature:tt, $type:ident))*) => {
        impl Handle {
            /// The runtime that this thread is inside of without belonging to it: somebody else
            /// made it.
            fn ambient() -> Option<Self> {
                $(
                    if CHOICES.contains(&Kind::$type)
                        && let Some(handle) = super::$type.try_handle()
                    {
                        return Some(Self::$type(handle));
                    }
                )*
                None
            }

            fn kind(&self) -> Kind {
                match self {
                    $(Self::$type(_) => Kind::$type,)*
                    Self::Never(never) => match *never {},
                }
            }
        }

        /// A task of any runtime.
        #[derive(Debug)]
        pub enum JoinHandle<T> {
            $(
                #[doc(hidden)]
                $type(<super::$type as AsyncRuntime>::JoinHandle<T>),
            )*
            #[doc(hidden)]
            Never(Infallible, Gives<T>),
        }

        /// The right to abort a task of any runtime.
        #[derive(Clone, Debug)]
        pub enum AbortHandle {
            $(
                #[doc(hidden)]
                $type(<super::$type as AsyncRuntime>::AbortHandle),
            )*
            #[doc(hidden)]
            Never(Infallible),
        }

        /// A reference to a running runtime of any kind.
        #[derive(Clone, Debug)]
        pub enum Handle {
            $(
                #[doc(hidden)]
                $type(<super::$type as AsyncRuntime>::Handle),
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
                $type(<super::$type as Backend>::Instance),
            )*
            #[doc(hidden)]
            Never(Infallible),
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
                        sleep: <super::$type as AsyncRuntime>::Sleep,
                    },
                )*
                /// Made outside: whoever polls it first decides.
                #[doc(hidden)]
                New { deadline: Instant },
            }
        }

        impl Sleep {
            fn until(kind: Kind, deadline: Instant) -> Self {
                match kind {
                    $(Kind::$type => Self::$type {
                        sleep: super::$type.sleep_until(deadline),
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
        self.here().name()
    }

    fn handle(&self) -> Handle {
        if context::kind().is_none()
            && let Some(handle) = Handle::ambient()
        {
            return handle;
        }
        choose!(self.here(), Handle, runtime => runtime.handle())
    }

    #[track_caller]
    fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        match context::kind() {
            Some(kind) => choose!(kind, JoinHandle, runtime => runtime.spawn_inside(future)),
            None => self.spawn_outside(future),
        }
    }

    #[track_caller]
    fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        choose!(self.here(), JoinHandle, runtime => runtime.spawn_local(future))
    }

    #[track_caller]
    fn spawn_blocking<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        choose!(self.here(), JoinHandle, runtime => runtime.spawn_blocking(f))
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
            Some(kind) => with_kind!(kind, runtime => runtime.task_id()),
            // A thread of no runtime drops what a task has left.
            None => Self::task_outside(),
        }
    }
}

impl Backend for Any {
    type Instance = Instance;

    fn build(&self, config: &Config) -> io::Result<Instance> {
        Ok(choose!(config.kind, Instance, runtime => runtime.build(config)?))
    }

    fn try_handle(&self) -> Option<Handle> {
        match context::kind() {
            Some(_) => Some(self.handle()),
            None => Handle::ambient(),
        }
    }

    fn set_entry(&self, instance: &Instance) {
        macro_rules! set_entry {
            ({} $(($feature:tt, $type:ident))*) => {
                match instance {
                    $(Instance::$type(instance) => {
                        let mut entry = ENTRY.write().unwrap_or_else(PoisonError::into_inner);
                        *entry = Some(Kind::$type);
                        super::$type.set_entry(instance);
                    })*
                    Instance::Never(never) => match *never {},
                }
            };
        }
        for_each_runtime!(set_entry)
    }

    fn lend_entry(&self, instance: &Instance) -> bool {
        macro_rules! lend_entry {
            ({} $(($feature:tt, $type:ident))*) => {
                match instance {
                    $(Instance::$type(instance) => {
                        let mut entry = ENTRY.write().unwrap_or_else(PoisonError::into_inner);
                        let is_free = entry.is_none() && super::$type.lend_entry(instance);
                        if is_free {
                            *entry = Some(Kind::$type);
                        }
                        is_free
                    })*
                    Instance::Never(never) => match *never {},
                }
            };
        }
        for_each_runtime!(lend_entry)
    }

    fn clear_entry(&self) {
        let mut entry = ENTRY.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(kind) = entry.take() {
            with_kind!(kind, runtime => runtime.clear_entry());
        }
    }

    // Apart from the future that calls it once of its two polls, which then is inlined.
    #[inline(never)]
    fn defer(&self, cx: &mut Context<'_>) {
        with_kind!(self.here(), runtime => runtime.defer(cx));
    }

    fn poll_budget(&self, cx: &mut Context<'_>) -> Poll<()> {
        macro_rules! poll_each {
            ({} $(($feature:tt, $type:ident))*) => {
                $(ready!(super::$type.poll_budget(cx));)*
            };
        }
        if let Some(kind) = context::kind() {
            return with_kind!(kind, runtime => runtime.poll_budget(cx));
        }
        // Perhaps in a task of somebody else's runtime.
        for_each_runtime!(poll_each);
        Poll::Ready(())
    }

    // As one step, which chooses the runtime once.
    fn poll_spend(&self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(kind) = context::kind() {
            return with_kind!(kind, runtime => runtime.poll_spend(cx));
        }
        ready!(self.poll_budget(cx));
        self.spend_budget();
        Poll::Ready(())
    }

    #[inline]
    fn has_budget(&self) -> bool {
        macro_rules! have_all {
            ({} $(($feature:tt, $type:ident))*) => {
                true $(&& super::$type.has_budget())*
            };
        }
        match context::kind() {
            Some(kind) => with_kind!(kind, runtime => runtime.has_budget()),
            None => for_each_runtime!(have_all),
        }
    }

    fn has_budget_remaining(&self) -> bool {
        match context::kind() {
            Some(kind) => with_kind!(kind, runtime => runtime.has_budget_remaining()),
            None => self.has_budget(),
        }
    }

    #[inline]
    fn spend_budget(&self) {
        macro_rules! spend_each {
            ({} $(($feature:tt, $type:ident))*) => {
                { $(super::$type.spend_budget();)* }
            };
        }
        match context::kind() {
            Some(kind) => with_kind!(kind, runtime => runtime.spend_budget()),
            None => for_each_runtime!(spend_each),
        }
    }

    fn unconstrained<T>(&self, f: impl FnOnce() -> T) -> T {
        let kind = context::kind().or_else(|| Some(Handle::ambient()?.kind()));
        match kind {
            Some(kind) => with_kind!(kind, runtime => runtime.unconstrained(f)),
            None => f(),
        }
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        dispatch!(self.get_mut(), JoinHandle, task => Pin::new(task).poll(cx))
    }
}

impl<T> Unpin for JoinHandle<T> {}

impl<T> AsyncJoinHandle<T> for JoinHandle<T> {
    type AbortHandle = AbortHandle;

    fn abort(&self) {
        dispatch!(self, JoinHandle, task => task.abort());
    }

    fn abort_handle(&self) -> AbortHandle {
        map!(self, JoinHandle => AbortHandle, task => task.abort_handle())
    }

    fn is_finished(&self) -> bool {
        dispatch!(self, JoinHandle, task => task.is_finished())
    }

    fn id(&self) -> Id {
        dispatch!(self, JoinHandle, task => task.id())
    }
}

impl AsyncAbortHandle for AbortHandle {
    fn abort(&self) {
        dispatch!(self, AbortHandle, task => task.abort());
    }

    fn is_finished(&self) -> bool {
        dispatch!(self, AbortHandle, task => task.is_finished())
    }

    fn id(&self) -> Id {
        dispatch!(self, AbortHandle, task => task.id())
    }
}

impl AsyncHandle for Handle {
    type JoinHandle<T> = JoinHandle<T>;

    fn name(&self) -> Option<&str> {
        dispatch!(self, Handle, handle => handle.name())
    }

    #[track_caller]
    fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        map!(self, Handle => JoinHandle, handle => handle.spawn(future))
    }

    #[track_caller]
    fn spawn_blocking<F, T>(&self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        map!(self, Handle => JoinHandle, handle => handle.spawn_blocking(f))
    }

    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        dispatch!(self, Handle, handle => handle.block_on(future))
    }
}

impl AsyncInstance for Instance {
    type Handle = Handle;

    fn handle(&self) -> Handle {
        map!(self, Instance => Handle, instance => instance.handle())
    }

    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        dispatch!(self, Instance, instance => instance.block_on(future))
    }

    #[track_caller]
    fn run_to_end<F: Future>(self, future: F) -> F::Output {
        macro_rules! run_to_end {
            ({} $(($feature:tt, $type:ident))*) => {
                match self {
                    $(Instance::$type(instance) => instance.run_to_end(future),)*
                    Instance::Never(never) => match never {},
                }
            };
        }
        for_each_runtime!(run_to_end)
    }

    fn shutdown_timeout(self, timeout: Duration) {
        macro_rules! shutdown {
            ({} $(($feature:tt, $type:ident))*) => {
                match self {
                    $(Instance::$type(instance) => instance.shutdown_timeout(timeout),)*
                    Instance::Never(never) => match never {},
                }
            };
        }
        for_each_runtime!(shutdown)
    }
}
