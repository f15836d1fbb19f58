//! smol: its own parts, async-task and async-io.

use std::future::Future;
use std::pin::Pin;

use super::executor::reactor::{self, Sleep};
use super::executor::{Park, Timers, impl_shared_executor};
use crate::time::Instant;

/// [smol](https://docs.rs/smol), in the form of its parts.
///
/// Tasks run on an executor of this crate over [async-task], and timers on [async-io]. smol's own
/// API works inside, because it is made of the same parts.
///
/// [async-task]: https://docs.rs/async-task
/// [async-io]: https://docs.rs/async-io
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::runtime::{AsyncRuntime, Smol};
///
/// let task = Smol.spawn(async { 6 * 7 });
/// assert_eq!(Smol.block_on(task).unwrap(), 42);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Smol;

impl Timers for Smol {
    type Sleep = Sleep;

    fn sleep_until(deadline: Instant) -> Sleep {
        Sleep::until(deadline)
    }
}

impl Park for Smol {
    fn park_on(future: Pin<&mut dyn Future<Output = ()>>) {
        reactor::park_on(future);
    }
}

impl_shared_executor! { Smol, has_workers: true }
