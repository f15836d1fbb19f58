use crate::runtime::selected;

/// Gives the other tasks a turn; stands for `tokio::task::yield_now`.
///
/// No order is promised, and on a multi-thread runtime a yield of `main` does not mean that a
/// task ran meanwhile.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "std", feature = "_runtime"))]
/// # portable_runtime_shim::runtime::block_on(async {
/// portable_runtime_shim::task::yield_now().await;
/// # });
/// ```
pub async fn yield_now() {
    selected::yield_now().await;
}
