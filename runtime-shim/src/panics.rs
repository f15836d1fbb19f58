//! Panics of other people's code in places that they must not leave.

use std::any::Any;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `f` and keeps its panic.
#[inline]
pub(crate) fn contain<T>(f: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    catch_unwind(AssertUnwindSafe(f))
}

/// Lets a panic be that nobody is left to hear of, but the panic hook that has told of it.
pub(crate) fn ignore(result: Result<(), Box<dyn Any + Send>>) {
    // Payloads have destructors too, and theirs may panic like any other. Whatever that throws is
    // not dropped, or there would be no end to it.
    if let Err(payload) = result
        && let Err(payload) = contain(|| drop(payload))
    {
        mem::forget(payload);
    }
}
