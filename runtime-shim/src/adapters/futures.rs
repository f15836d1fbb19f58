//! Spawning by what the crate futures has for it.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use futures_task::{FutureObj, Spawn, SpawnError};

use crate::runtime::{Handle, Runtime};

/// With the feature `futures`. A task that is spawned after the end of the runtime is dropped, and
/// that is the error.
impl Spawn for Handle {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        let task = pin!(self.spawn(future));
        match task.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Err(error)) if error.is_cancelled() => Err(SpawnError::shutdown()),
            _ => Ok(()),
        }
    }
}

/// With the feature `futures`; as that of [`Handle`].
impl Spawn for Runtime {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.handle().spawn_obj(future)
    }
}
