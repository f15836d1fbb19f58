//! Spawning through the trait of the crate futures.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use futures_task::{FutureObj, Spawn, SpawnError};

use crate::runtime::{Handle, Runtime};

/// Spawns through the trait of futures. Needs the feature `futures`. After the end of the runtime a
/// task is dropped, and spawning it returns an error.
impl Spawn for Handle {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        let task = pin!(self.spawn(future));
        match task.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Err(error)) if error.is_cancelled() => Err(SpawnError::shutdown()),
            _ => Ok(()),
        }
    }
}

/// Spawns as [`Handle`] does. Needs the feature `futures`.
impl Spawn for Runtime {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.handle().spawn_obj(future)
    }
}
