//! What a task needs in the pool of a `#[portable::task]`.

use core::future::Future;

/// How the places of a pool are aligned.
pub(crate) const ALIGN: usize = 8;

/// The size of the places in the pool of a `#[portable::task]`: as its future or its output needs.
pub const fn task_size<A, F: Future>(_function: fn(A) -> F) -> usize {
    needed::<F>().next_multiple_of(ALIGN)
}

pub(crate) const fn needed<F: Future>() -> usize {
    let (future, output) = (size_of::<F>(), size_of::<F::Output>());
    if future > output { future } else { output }
}

/// The type that a function gives: a way to write `!` where only its own syntax is not stable.
pub trait Returns {
    /// What it gives.
    type Output;
}

impl<T> Returns for fn() -> T {
    type Output = T;
}

/// The output of a `#[portable::task]` that never ends.
pub type Never = <fn() -> ! as Returns>::Output;
