use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::marker::PhantomPinned;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;

use pin_project_lite::pin_project;

/// Declares task-local values.
///
/// Equivalent to `tokio::task_local!`.
///
/// Each declaration is a [`task::LocalKey`](crate::task::LocalKey). It has a value within its
/// [`scope`](crate::task::LocalKey::scope), and none elsewhere. It works the same on every runtime,
/// on any executor and in plain code.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::task;
///
/// portable::task_local! {
///     /// The request that is answered.
///     static REQUEST: u32;
/// }
///
/// let task = task::spawn(REQUEST.scope(7, async {
///     task::yield_now().await;
///     REQUEST.get()
/// }));
/// assert_eq!(task.await.unwrap(), 7);
/// assert!(REQUEST.try_with(|_| ()).is_err());
/// # });
/// ```
#[macro_export]
macro_rules! task_local {
    ($($(#[$attr:meta])* $vis:vis static $name:ident: $type:ty);* $(;)?) => {
        $(
            $(#[$attr])*
            $vis static $name: $crate::task::LocalKey<$type> = {
                $crate::entry::thread_local! {
                    static SLOT: ::core::cell::RefCell<::core::option::Option<$type>> =
                        const { ::core::cell::RefCell::new(::core::option::Option::None) };
                }
                $crate::task::LocalKey::__new(&SLOT)
            };
        )*
    };
}

/// A task-local value, declared by [`task_local!`](crate::task_local).
///
/// Equivalent to `tokio::task::LocalKey`.
///
/// The value exists within a [`scope`](Self::scope), on whichever thread polls the scope. A task
/// that is spawned within the scope does not inherit it.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::task_local;
///
/// task_local! {
///     static DEPTH: u32;
/// }
///
/// let inner = DEPTH.sync_scope(1, || DEPTH.sync_scope(2, || DEPTH.get()));
/// assert_eq!(inner, 2);
/// ```
pub struct LocalKey<T: 'static> {
    /// The value, while this thread is within a scope.
    slot: &'static thread::LocalKey<RefCell<Option<T>>>,
}

impl<T: 'static> LocalKey<T> {
    #[doc(hidden)]
    pub const fn __new(slot: &'static thread::LocalKey<RefCell<Option<T>>>) -> Self {
        Self { slot }
    }

    /// Returns a future in which the task-local has `value`.
    ///
    /// The value is dropped with the future. Within another scope of the same task-local, the inner
    /// value hides the outer one.
    ///
    /// # Panics
    ///
    /// The future panics when it is polled within [`with`](Self::with) of the same task-local.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future first drops the inner future within the scope, and then the value.
    pub fn scope<F: Future>(&'static self, value: T, future: F) -> TaskLocalFuture<T, F> {
        TaskLocalFuture {
            key: self,
            value: Some(value),
            future: Some(future),
            _pinned: PhantomPinned,
        }
    }

    /// Calls `f` in a scope in which the task-local has `value`.
    ///
    /// # Panics
    ///
    /// Panics within [`with`](Self::with) of the same task-local, and if `f` panics.
    #[track_caller]
    pub fn sync_scope<R>(&'static self, value: T, f: impl FnOnce() -> R) -> R {
        let mut value = Some(value);
        match self.enter(&mut value, f) {
            Ok(output) => output,
            Err(error) => error.panic(),
        }
    }

    /// Calls `f` with the value.
    ///
    /// # Panics
    ///
    /// Panics outside a scope, and if `f` panics.
    #[track_caller]
    pub fn with<R>(&'static self, f: impl FnOnce(&T) -> R) -> R {
        match self.try_with(f) {
            Ok(output) => output,
            Err(error) => panic!("portable: {error}"),
        }
    }

    /// Calls `f` with the value, if there is one.
    ///
    /// # Errors
    ///
    /// Returns [`AccessError`] outside a scope, and in the destructor of a thread-local at the end
    /// of its thread.
    ///
    /// # Panics
    ///
    /// Panics if `f` panics.
    pub fn try_with<R>(&'static self, f: impl FnOnce(&T) -> R) -> Result<R, AccessError> {
        let output = self.slot.try_with(|slot| {
            // Only the end of a scope takes the value out for good, and no scope can begin or end
            // during this borrow.
            slot.borrow().as_ref().map(f)
        });
        output.ok().flatten().ok_or(AccessError(()))
    }

    /// Returns a copy of the value.
    ///
    /// # Panics
    ///
    /// Panics outside a scope.
    #[track_caller]
    pub fn get(&'static self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// Returns a copy of the value, if there is one.
    ///
    /// # Errors
    ///
    /// Returns [`AccessError`] outside a scope.
    pub fn try_get(&'static self) -> Result<T, AccessError>
    where
        T: Clone,
    {
        self.try_with(T::clone)
    }

    /// Calls `f` while `value` is in the slot, and moves the value back afterwards.
    fn enter<R>(
        &'static self,
        value: &mut Option<T>,
        f: impl FnOnce() -> R,
    ) -> Result<R, ScopeError> {
        struct Leave<'a, T: 'static> {
            key: &'static LocalKey<T>,
            value: &'a mut Option<T>,
        }

        impl<T> Drop for Leave<'_, T> {
            fn drop(&mut self) {
                // Cannot fail: `f` has returned, so nothing borrows the slot, and the thread still
                // runs.
                let _ = self.key.swap(self.value);
            }
        }

        self.swap(value)?;
        let leave = Leave { key: self, value };
        let output = f();
        drop(leave);
        Ok(output)
    }

    fn swap(&'static self, value: &mut Option<T>) -> Result<(), ScopeError> {
        self.slot
            .try_with(|slot| match slot.try_borrow_mut() {
                Ok(mut slot) => {
                    mem::swap(&mut *slot, value);
                    Ok(())
                }
                Err(_) => Err(ScopeError::Borrowed),
            })
            .unwrap_or(Err(ScopeError::Gone))
    }
}

impl<T> fmt::Debug for LocalKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalKey").finish_non_exhaustive()
    }
}

/// The reason why a scope cannot begin.
enum ScopeError {
    Borrowed,
    Gone,
}

impl ScopeError {
    #[track_caller]
    fn panic(self) -> ! {
        match self {
            Self::Borrowed => panic!(
                "portable: a scope of a task-local began within `with` of the same task-local"
            ),
            Self::Gone => panic!(
                "portable: a scope of a task-local began in the destructor of a thread-local"
            ),
        }
    }
}

pin_project! {
    /// A future with a task-local value, made by [`LocalKey::scope`].
    ///
    /// Equivalent to `tokio::task::futures::TaskLocalFuture`.
    ///
    /// # Panics
    ///
    /// Polling it after it returned its output panics.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct TaskLocalFuture<T, F>
    where
        T: 'static,
    {
        key: &'static LocalKey<T>,
        value: Option<T>,
        #[pin]
        future: Option<F>,
        // Tokio's future is not `Unpin` either.
        #[pin]
        _pinned: PhantomPinned,
    }

    impl<T: 'static, F> PinnedDrop for TaskLocalFuture<T, F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            // The destructors of the future see the value. They run without it if no scope can
            // begin.
            if this.future.is_some() {
                let _ = this.key.enter(this.value, || this.future.set(None));
            }
        }
    }
}

impl<T: 'static, F> TaskLocalFuture<T, F> {
    /// Takes the value out, whether the future has ended or not.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use std::pin::pin;
    ///
    /// portable::task_local! {
    ///     static NAME: String;
    /// }
    ///
    /// let mut scope = pin!(NAME.scope("main".into(), async {}));
    /// scope.as_mut().await;
    /// assert_eq!(scope.take_value().as_deref(), Some("main"));
    /// # });
    /// ```
    pub fn take_value(self: Pin<&mut Self>) -> Option<T> {
        self.project().value.take()
    }
}

impl<T: 'static, F: Future> Future for TaskLocalFuture<T, F> {
    type Output = F::Output;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let polled = this.key.enter(this.value, || {
            let future = this
                .future
                .as_mut()
                .as_pin_mut()
                .expect("`TaskLocalFuture` polled after completion");
            let output = future.poll(cx);
            if output.is_ready() {
                // Dropped within the scope, because its destructors may use the value.
                this.future.set(None);
            }
            output
        });
        match polled {
            Ok(output) => output,
            Err(error) => error.panic(),
        }
    }
}

impl<T: fmt::Debug, F> fmt::Debug for TaskLocalFuture<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskLocalFuture")
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}

/// The error of reading a task-local outside its scope.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct AccessError(());

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the task-local has no value outside its `scope`")
    }
}

impl Error for AccessError {}
