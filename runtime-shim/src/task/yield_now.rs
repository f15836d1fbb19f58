use crate::runtime::selected;

/// Lets the other tasks run.
///
/// Equivalent to `tokio::task::yield_now`.
///
/// No order is defined. On a multi-thread runtime, a yield of `main` does not mean that another
/// task ran in the meantime.
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
