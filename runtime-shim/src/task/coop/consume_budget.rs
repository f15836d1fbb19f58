use std::future::poll_fn;

use crate::runtime::selected::poll_spend;

/// Spends one operation of the task's [budget](super), and lets the other tasks run if the budget
/// is used up.
///
/// Call it in long loops whose operations are always ready. On most calls it costs a few
/// instructions, where [`yield_now`](crate::task::yield_now) goes through the queue each time.
///
/// Equivalent to `tokio::task::consume_budget`.
///
/// # Cancel safety
///
/// A dropped future has spent at most one operation.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # {
/// use portable::task;
///
/// async fn sum(numbers: impl Iterator<Item = u64>) -> u64 {
///     let mut sum = 0;
///     for n in numbers {
///         sum += n;
///         task::consume_budget().await;
///     }
///     sum
/// }
/// # portable::runtime::block_on(async {
/// assert_eq!(sum(1..=1000).await, 500_500);
/// # });
/// # }
/// ```
pub async fn consume_budget() {
    poll_fn(poll_spend).await;
}
