//! The size of a task in the pool of a `#[portable::task]`.

use core::future::Future;

/// The alignment of the places of a pool.
pub(crate) const ALIGN: usize = 8;

/// Returns the size of the places in the pool of a `#[portable::task]`: that of its future or of
/// its output.
pub const fn task_size<A, F: Future>(_function: fn(A) -> F) -> usize {
    needed::<F>().next_multiple_of(ALIGN)
}

pub(crate) const fn needed<F: Future>() -> usize {
    let (future, output) = (size_of::<F>(), size_of::<F::Output>());
    if future > output { future } else { output }
}

/// The return type of a function. This is a way to write `!` where only the syntax itself is
/// unstable.
pub trait Returns {
    /// The return type.
    type Output;
}

impl<T> Returns for fn() -> T {
    type Output = T;
}

/// The output of a `#[portable::task]` that never ends.
pub type Never = <fn() -> ! as Returns>::Output;
