//! `spawn_local` without a `LocalSet` of the user's.

use std::cell::{OnceCell, RefCell};
use std::fmt;
use std::future::{Future, pending, poll_fn};
use std::mem;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::task::LocalSet;

use super::counted::{self, Counted};

use crate::runtime::context;
use crate::runtime::fork;
use crate::runtime::late;
use crate::runtime::metrics::LateCounters;

thread_local! {
    static LOCAL: RefCell<Option<Here>> = const { RefCell::new(None) };
}

/// Where `spawn_local` on this thread goes to.
#[derive(Clone, Debug)]
pub(super) enum Here {
    /// The tasks of the thread inside `block_on`.
    Local(Rc<Local>),
    /// The set of the user's that Tokio knows as the present one, and its counters.
    Set(Arc<LateCounters>),
}

impl Here {
    pub(super) fn get() -> Option<Self> {
        LOCAL
            .try_with(|local| local.borrow().clone())
            .ok()
            .flatten()
    }
}

/// Makes `here` the place that `spawn_local` on this thread goes to, until the guard is dropped.
fn enter(here: Here) -> Outer {
    Outer(replace(Some(here)))
}

fn replace(here: Option<Here>) -> Option<Here> {
    LOCAL.try_with(|local| local.replace(here)).ok().flatten()
}

/// Lets `spawn_local` go to the set that Tokio knows as the present one, which has these counters.
pub(super) fn enter_set(counters: &Arc<LateCounters>) -> Outer {
    enter(Here::Set(counters.clone()))
}

/// Lets the tasks of `spawn_local` end at once.
pub(super) fn enter_closed() -> Outer {
    enter(Here::Local(Rc::new(Local {
        is_closed: true,
        ..Local::default()
    })))
}

/// A guard that restores where `spawn_local` went to before.
#[derive(Debug)]
pub(super) struct Outer(Option<Here>);

impl Drop for Outer {
    fn drop(&mut self) {
        let inner = replace(self.0.take());
        drop(inner);
    }
}

/// The tasks of `spawn_local`, for a thread inside `block_on`.
///
/// The first such task makes the `LocalSet`, so a program without one does not pay for it. Only the
/// code that makes it names the type behind it, so such a program is not even linked with it.
#[derive(Debug, Default)]
pub(super) struct Local {
    tasks: OnceCell<Box<dyn Tasks>>,
    /// Whether `block_on` has ended and the destructors of its tasks run.
    is_closed: bool,
    /// Wakes the future that polls `tasks`.
    waker: RefCell<Option<Waker>>,
}

/// A [`LocalSet`].
trait Tasks: fmt::Debug {
    fn set(&self) -> &LocalSet;

    /// Polls the tasks that are ready.
    fn poll(&self, cx: &mut Context<'_>);
}

impl Tasks for LocalSet {
    fn set(&self) -> &LocalSet {
        self
    }

    fn poll(&self, cx: &mut Context<'_>) {
        let forever = poll_fn(|_| Poll::<()>::Pending);
        let _ = pin!(self.run_until(forever)).poll(cx);
    }
}

impl Local {
    /// Makes a new set of local tasks current until the guard is dropped, which drops the tasks.
    pub(super) fn enter() -> LocalEntered {
        let local = Rc::new(Self::default());
        LocalEntered {
            _outer: enter(Here::Local(local.clone())),
            local,
        }
    }

    #[track_caller]
    pub(super) fn spawn<F>(&self, future: F) -> tokio::task::JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        counted::spawned();
        let future = Counted::new(future);
        if self.is_closed {
            // The future is dropped at once, along with this set.
            let future: Pin<Box<dyn Future<Output = F::Output>>> = Box::pin(future);
            let inside = late::enter();
            return LocalSet::new().spawn_local(match &inside {
                Some(_) => future,
                None => {
                    late::put_off(Box::new(future));
                    Box::pin(pending())
                }
            });
        }
        let tasks = self.tasks.get_or_init(|| {
            // The set is not polled yet.
            if let Some(waker) = &*self.waker.borrow() {
                waker.wake_by_ref();
            }
            Box::new(LocalSet::new())
        });
        tasks.set().spawn_local(future)
    }

    fn poll(&self, cx: &mut Context<'_>) {
        match self.tasks.get() {
            Some(tasks) => {
                let _local = context::enter_local();
                tasks.poll(cx);
            }
            None => {
                let mut waker = self.waker.borrow_mut();
                // `will_wake` also compares the table of functions. Its address differs between
                // units of code, so the answer would always be no. The waker is always that of
                // Tokio's own `block_on`.
                if waker
                    .as_ref()
                    .is_none_or(|waker| waker.data() != cx.waker().data())
                {
                    *waker = Some(cx.waker().clone());
                }
            }
        }
    }
}

pub(super) struct LocalEntered {
    local: Rc<Local>,
    _outer: Outer,
}

impl LocalEntered {
    pub(super) async fn run_until<F: Future>(&self, mut future: Pin<&mut F>) -> F::Output {
        poll_fn(|cx| {
            let output = future.as_mut().poll(cx);
            if output.is_pending() {
                self.local.poll(cx);
            }
            fork::assert_if_pending(&output);
            output
        })
        .await
    }
}

impl Drop for LocalEntered {
    fn drop(&mut self) {
        if self.local.tasks.get().is_some() {
            // The destructors of the tasks may spawn others.
            drop(replace(None));
            let _closed = enter_closed();
            let _local = context::enter_local();
            // This is the last reference, so dropping it drops the tasks.
            mem::take(&mut self.local);
        }
    }
}
