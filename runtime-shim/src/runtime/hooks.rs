//! Functions of the user's that the threads of a runtime call, and the names of the threads.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use crate::panics::{contain, ignore};

/// The name of threads for which none was set, and of those whose function has panicked.
pub(super) const THREAD_NAME: &str = "portable-worker";

/// The functions that threads of the runtime call.
#[derive(Clone, Debug, Default)]
#[cfg_attr(not(feature = "_runtime"), allow(dead_code))]
pub(crate) struct Hooks {
    pub(crate) start: Option<Hook>,
    pub(crate) stop: Option<Hook>,
    pub(crate) park: Option<Hook>,
    pub(crate) unpark: Option<Hook>,
}

#[cfg_attr(not(feature = "_executor"), allow(dead_code))]
impl Hooks {
    /// Returns whether there is a function for threads that begin or end to wait for work.
    pub(crate) fn are_for_parking(&self) -> bool {
        self.park.is_some() || self.unpark.is_some()
    }
}

/// A function of the user's.
#[derive(Clone)]
pub(crate) struct Hook(Arc<dyn Fn() + Send + Sync>);

// A panic of the function goes no further, and a `Builder` without one is unwind safe.
impl UnwindSafe for Hook {}
impl RefUnwindSafe for Hook {}

impl Hook {
    pub(super) fn new(f: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(f))
    }

    /// Calls the function. The panic hook reports its panic, which goes no further: without the
    /// thread the runtime would stand still.
    #[cfg_attr(not(feature = "_runtime"), allow(dead_code))]
    pub(crate) fn call(&self) {
        ignore(contain(|| (self.0)()));
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hook(..)")
    }
}

/// How the threads of a runtime are named.
#[derive(Clone)]
pub(crate) enum ThreadName {
    Always(String),
    Each(Arc<dyn Fn() -> String + Send + Sync>),
}

// As for `Hook`.
impl UnwindSafe for ThreadName {}
impl RefUnwindSafe for ThreadName {}

impl ThreadName {
    /// Returns the name of the next thread. It has no NUL character if [`Self::Always`] has none.
    #[cfg_attr(not(feature = "_runtime"), allow(dead_code))]
    pub(crate) fn next(&self) -> String {
        match self {
            Self::Always(name) => name.clone(),
            Self::Each(f) => match contain(|| f()) {
                Ok(mut name) => {
                    name.retain(|char| char != '\0');
                    name
                }
                Err(payload) => {
                    ignore(Err(payload));
                    THREAD_NAME.into()
                }
            },
        }
    }
}

#[cfg(all(feature = "_executor", feature = "tokio-context"))]
impl ThreadName {
    /// Returns the name of a thread beside those of the runtime. A function is not asked for it.
    pub(crate) fn fixed(&self) -> String {
        match self {
            Self::Always(name) => name.clone(),
            Self::Each(_) => THREAD_NAME.into(),
        }
    }
}

impl fmt::Debug for ThreadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Always(name) => name.fmt(f),
            Self::Each(_) => f.write_str("Fn() -> String"),
        }
    }
}
