//! Containing panics of foreign code in places that they must not leave.

use std::any::Any;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `f` and returns its panic as an error.
#[inline]
pub(crate) fn contain<T>(f: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    catch_unwind(AssertUnwindSafe(f))
}

/// Drops a panic that no caller is left to see. The panic hook has reported it.
pub(crate) fn ignore(result: Result<(), Box<dyn Any + Send>>) {
    // The destructor of a payload may panic too. The payload of that panic is leaked, because
    // dropping it could go on like this for ever.
    if let Err(payload) = result
        && let Err(payload) = contain(|| drop(payload))
    {
        mem::forget(payload);
    }
}
