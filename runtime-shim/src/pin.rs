/// Pins values in local variables.
///
/// Equivalent to `tokio::pin!`.
///
/// Each variable becomes a `Pin<&mut T>` of the same name. So a future can be awaited in part, by a
/// `&mut` to it, and go on later. [`std::pin::pin!`](core::pin::pin) does the same for an expression.
///
/// It needs no feature, no runtime and no operating system.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(all(feature = "std", feature = "_runtime"))]
/// # portable::runtime::block_on(async {
/// use portable::time::{Duration, sleep, timeout};
///
/// let work = async {
///     sleep(Duration::from_millis(5)).await;
///     6 * 7
/// };
/// portable::pin!(work);
/// let answer = loop {
///     match timeout(Duration::from_millis(1), &mut work).await {
///         Ok(answer) => break answer,
///         Err(_) => println!("still at work"),
///     }
/// };
/// assert_eq!(answer, 42);
/// # });
/// ```
///
/// Variables can be declared and pinned at once:
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(all(feature = "std", feature = "_runtime"))]
/// # portable::runtime::block_on(async {
/// portable::pin! {
///     let first = async { 6 };
///     let second = async { 7 };
/// }
/// assert_eq!(first.as_mut().await * second.as_mut().await, 42);
/// # });
/// ```
#[macro_export]
macro_rules! pin {
    ($($value:ident),* $(,)?) => {$(
        #[allow(unused_mut)]
        let mut $value = ::core::pin::pin!($value);
    )*};
    ($(let $value:ident = $init:expr;)*) => {$(
        #[allow(unused_mut)]
        let mut $value = ::core::pin::pin!($init);
    )*};
}
