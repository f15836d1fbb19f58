//! Waiting for several futures in one task: for all of them, or for the first.
//!
//! These functions are those of embassy-futures. They need neither a macro nor an operating system,
//! and work alike on every runtime and on a microcontroller. [`join`](join()) and its variants
//! return every output. [`select`](select()) and its variants return the first output, as an
//! [`Either`] that identifies its future, and drop the other futures.
//!
//! # Cancel safety
//!
//! Dropping the future drops the futures in it. `select` drops futures that were polled, so they
//! should be cancel safe. All futures of [`time`](crate::time) are, and so is a `&mut` to a
//! [`JoinHandle`](crate::task::JoinHandle).
//!
//! # Examples
//!
//! ```
//! # extern crate portable_runtime_shim as portable;
//! # #[cfg(all(feature = "std", feature = "_runtime"))]
//! # portable::runtime::block_on(async {
//! use portable::future::{Either, join, select};
//! use portable::time::{Duration, sleep};
//!
//! assert_eq!(join(async { 6 }, async { 7 }).await, (6, 7));
//!
//! let tick = sleep(Duration::from_millis(1));
//! let pressed = std::future::pending::<()>();
//! assert!(matches!(select(tick, pressed).await, Either::First(())));
//! # });
//! ```

pub use embassy_futures::join::{
    Join, Join3, Join4, Join5, JoinArray, join, join_array, join3, join4, join5,
};
pub use embassy_futures::select::{
    Either, Either3, Either4, Either5, Either6, Select, Select3, Select4, Select5, Select6,
    SelectArray, SelectSlice, select, select_array, select_slice, select3, select4, select5,
    select6,
};
