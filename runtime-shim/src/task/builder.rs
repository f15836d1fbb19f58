use std::cell::RefCell;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::observe::{Kind, Origin};
use super::spawn::{spawn_blocking_from, spawn_from, spawn_local_from};
use crate::task::{JoinHandle, spawn, spawn_blocking, spawn_local};
#[cfg(feature = "rayon")]
use crate::task::{spawn::spawn_compute_from, spawn_compute};

/// A builder that starts tasks with a name.
///
/// Equivalent to `tokio::task::Builder`.
///
/// The task reads its name with [`try_name`], for logs and for a panic hook. A panic hook runs in
/// the task that panics.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::task;
///
/// let task = task::Builder::new()
///     .name("resolver")
///     .spawn(async { task::try_name() })?;
/// assert_eq!(task.await?.as_deref(), Some("resolver"));
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[must_use = "a builder starts nothing until one of its `spawn` methods is called"]
pub struct Builder<'a> {
    name: Option<&'a str>,
}

impl<'a> Builder<'a> {
    /// Creates a builder without a name.
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the task. Names need not be unique.
    pub fn name(&self, name: &'a str) -> Self {
        Self { name: Some(name) }
    }

    /// Like [`task::spawn`](spawn).
    ///
    /// # Errors
    ///
    /// This function never fails. The signature is Tokio's.
    #[track_caller]
    pub fn spawn<F>(self, future: F) -> io::Result<JoinHandle<F::Output>>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        Ok(match self.name {
            Some(name) => {
                let origin = Origin::here(Kind::Task).named(name);
                spawn_from(Named::new(name, future), origin)
            }
            None => spawn(future),
        })
    }

    /// Like [`task::spawn_local`](spawn_local).
    ///
    /// # Errors
    ///
    /// This function never fails. The signature is Tokio's.
    ///
    /// # Panics
    ///
    /// Panics where [`task::spawn_local`](spawn_local) does.
    #[track_caller]
    pub fn spawn_local<F>(self, future: F) -> io::Result<JoinHandle<F::Output>>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        Ok(match self.name {
            Some(name) => {
                let origin = Origin::here(Kind::Local).named(name);
                spawn_local_from(Named::new(name, future), origin)
            }
            None => spawn_local(future),
        })
    }

    /// Like [`task::spawn_blocking`](spawn_blocking).
    ///
    /// # Errors
    ///
    /// This function never fails. The signature is Tokio's.
    #[track_caller]
    pub fn spawn_blocking<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        Ok(match self.name {
            Some(name) => {
                let origin = Origin::here(Kind::Blocking).named(name);
                let name = Arc::from(name);
                let named = move || {
                    let _named = enter(name);
                    f()
                };
                spawn_blocking_from(named, origin)
            }
            None => spawn_blocking(f),
        })
    }

    /// Like [`task::spawn_compute`](crate::task::spawn_compute).
    ///
    /// # Errors
    ///
    /// This function never fails. The signature is that of its siblings.
    ///
    /// # Panics
    ///
    /// Panics where [`task::spawn_compute`](crate::task::spawn_compute) does.
    #[cfg(feature = "rayon")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rayon")))]
    #[track_caller]
    pub fn spawn_compute<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        Ok(match self.name {
            Some(name) => {
                let origin = Origin::here(Kind::Compute).named(name);
                let name = Arc::from(name);
                let named = move || {
                    let _named = enter(name);
                    f()
                };
                spawn_compute_from(named, origin)
            }
            None => spawn_compute(f),
        })
    }
}

/// Returns the name of the current task, if [`Builder::name`] set one.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// assert_eq!(portable::task::try_name(), None);
/// ```
pub fn try_name() -> Option<Arc<str>> {
    NAME.try_with(|name| name.borrow().clone()).ok().flatten()
}

thread_local! {
    static NAME: RefCell<Option<Arc<str>>> = const { RefCell::new(None) };
}

/// Makes `name` the current name until the guard is dropped.
fn enter(name: Arc<str>) -> impl Drop {
    struct Outer(Option<Arc<str>>);

    impl Drop for Outer {
        fn drop(&mut self) {
            let outer = self.0.take();
            // Once the thread-local is destroyed there is nothing to restore.
            let _ = NAME.try_with(|name| name.replace(outer));
        }
    }

    Outer(
        NAME.try_with(|current| current.replace(Some(name)))
            .ok()
            .flatten(),
    )
}

pin_project! {
    /// A future that sets its name while it is polled.
    struct Named<F> {
        name: Arc<str>,
        #[pin]
        future: F,
    }
}

impl<F> Named<F> {
    fn new(name: &str, future: F) -> Self {
        Self {
            name: name.into(),
            future,
        }
    }
}

impl<F: Future> Future for Named<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let _named = enter(this.name.clone());
        this.future.poll(cx)
    }
}
