//! Big futures.

/// The size in bytes from which a future is moved to the heap before it is spawned.
pub(crate) const BIG: usize = if cfg!(debug_assertions) { 2048 } else { 16384 };

/// Moves a big future to the heap before it is passed on by value.
///
/// In a debug build, each call that takes a future by value may copy it to its own frame. A future
/// of some hundred KiB would overflow the stack before it reached the runtime. The limits are
/// Tokio's.
///
/// The caller must name the type of the future `F`. Its size is a constant in the condition, so
/// even a debug build compiles only one of the two branches, and with it one task type of the
/// runtime.
macro_rules! boxed_if_big {
    ($future:ident => $spawn:expr) => {
        if const { size_of::<F>() > $crate::task::BIG } {
            let $future = Box::pin($future);
            $spawn
        } else {
            $spawn
        }
    };
}
pub(crate) use boxed_if_big;
