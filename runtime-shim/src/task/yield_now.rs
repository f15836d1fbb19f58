use crate::runtime::selected;

/// Gives the other tasks a turn.
///
/// Equivalent to `tokio::task::yield_now`.
///
/// No order is promised, and on a multi-thread runtime a yield of `main` does not mean that a
/// task ran meanwhile.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(all(feature = "std", feature = "_runtime"))]
/// # portable::runtime::block_on(async {
/// portable::task::yield_now().await;
/// # });
/// ```
pub async fn yield_now() {
    selected::yield_now().await;
}
