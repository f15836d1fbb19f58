//! Embassy on a host: the shared executor without workers, inside one Embassy task.
//!
//! - `host`: that task and its Embassy executor.
//! - `sleep`: timers, which use embassy-time where Embassy polls.

mod host;
mod sleep;

use std::future::Future;
use std::pin::Pin;
use std::task::Context;

use self::sleep::Sleep;
use super::executor::{Park, Timers, impl_shared_executor};
use crate::time::Instant;

/// [Embassy](https://embassy.dev) on a host, with its executor for the standard library.
///
/// Everything runs on the thread inside `block_on`, on both flavours: one task of Embassy's
/// executor runs an executor of this crate over async-task. Tasks therefore need no pool, start in
/// the order in which they are spawned, and end with `main`.
///
/// `embassy_time::Timer` and `SendSpawner::for_current_executor` need one of Embassy's own wakers.
/// They panic in `main` and in tasks of this crate, which have another waker. [`time`](crate::time)
/// and [`spawn`](crate::task::spawn) accept any waker.
///
/// An Embassy executor is never freed: each [`Runtime::block_on`](super::Runtime::block_on) leaves
/// some hundred bytes behind.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::runtime::{AsyncRuntime, Embassy};
///
/// let task = Embassy.spawn(async { 6 * 7 });
/// assert_eq!(Embassy.block_on(task).unwrap(), 42);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Embassy;

impl Timers for Embassy {
    type Sleep = Sleep;

    fn sleep_until(deadline: Instant) -> Sleep {
        Sleep::until(deadline)
    }
}

impl Park for Embassy {
    // A thread that only waits for a future runs no task and needs no executor.
    fn park_on(mut future: Pin<&mut dyn Future<Output = ()>>) {
        let (parker, unparker) = parking::pair();
        let waker = unparker.into();
        let mut cx = Context::from_waker(&waker);
        while future.as_mut().poll(&mut cx).is_pending() {
            parker.park();
        }
    }

    fn drive_on(future: Pin<&mut dyn Future<Output = ()>>) {
        host::run(future);
    }

    fn step_out(f: &mut dyn FnMut()) {
        host::step_out(f);
    }
}

impl_shared_executor! { Embassy, has_workers: false }
