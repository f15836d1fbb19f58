//! The handles of a task.

use std::future::Future;
use std::hash::{Hash, Hasher};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::instance::NeverStarted;
use crate::runtime::{AsyncAbortHandle, AsyncJoinHandle};
use crate::task::{Id, JoinError};

/// A handle to await a Tokio task.
#[derive(Debug)]
pub struct JoinHandle<T>(pub(super) tokio::task::JoinHandle<T>);

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx).map_err(error)
    }
}

impl<T> AsyncJoinHandle<T> for JoinHandle<T> {
    type AbortHandle = AbortHandle;

    fn abort(&self) {
        self.0.abort();
    }

    fn abort_handle(&self) -> AbortHandle {
        AbortHandle(self.0.abort_handle())
    }

    fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    fn id(&self) -> Id {
        id(self.0.id())
    }
}

/// A handle to abort a Tokio task.
#[derive(Clone, Debug)]
pub struct AbortHandle(tokio::task::AbortHandle);

impl AsyncAbortHandle for AbortHandle {
    fn abort(&self) {
        self.0.abort();
    }

    fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    fn id(&self) -> Id {
        id(self.0.id())
    }
}

fn error(error: tokio::task::JoinError) -> JoinError {
    let id = id(error.id());
    match error.try_into_panic() {
        Ok(payload) if payload.is::<NeverStarted>() => JoinError::cancelled(id),
        Ok(payload) => JoinError::panicked(id, payload),
        Err(_) => JoinError::cancelled(id),
    }
}

/// Tokio shows the number of an id only through `Display` and `Hash`. `Hash` needs no text.
pub(super) fn id(native: tokio::task::Id) -> Id {
    struct Number(u64);

    impl Hasher for Number {
        fn write(&mut self, bytes: &[u8]) {
            for &byte in bytes {
                self.0 = self.0.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte);
            }
        }

        fn write_u64(&mut self, number: u64) {
            self.0 = number;
        }

        fn finish(&self) -> u64 {
            self.0
        }
    }

    let mut number = Number(0);
    native.hash(&mut number);
    Id::native(number.finish())
}
