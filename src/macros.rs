/// Documents the macro. The rules shown in the docs and the one that is compiled share this text.
macro_rules! documented {
    ($macro:item) => {
        /// Starts a task, like [`spawn`](crate::spawn), with modifiers before the future.
        ///
        /// It returns a [`JoinHandle`](crate::task::JoinHandle). The modifiers come in any order,
        /// separated by commas. The future, or the closure for `blocking` and `compute`, comes last.
        ///
        /// | Modifier | Meaning |
        /// |---|---|
        /// | `name = "…"` | The task reads its name by [`task::try_name`](crate::task::try_name). Braces capture variables, as in [`format!`]. Any other expression of type `&str` or `String` works too. |
        /// | `pool = POOL` | The task takes a place in a `static` [`task::Pool`](crate::task::Pool). Cannot be combined with `name`, `local`, `blocking` or `compute`. |
        /// | `local` | The future need not be [`Send`], as with [`task::spawn_local`](crate::task::spawn_local). |
        /// | `blocking` | Takes a closure that may block, as [`task::spawn_blocking`](crate::task::spawn_blocking) does. |
        /// | `compute` | Takes a closure that keeps a processor busy, as `task::spawn_compute` does. It needs the feature `rayon`. |
        /// | `detach` | Returns `()` instead of the handle. |
        ///
        /// A list in brackets before the future names its captures: `[a]` moves a clone of `a` into
        /// it, and `[b = expr]` moves the value of `expr` into it as `b`.
        ///
        /// # Panics
        ///
        /// With `local`, panics where [`task::spawn_local`](crate::task::spawn_local) does.
        ///
        /// # Examples
        ///
        /// ```
        /// # #[cfg(feature = "_runtime")]
        /// #[portable::main]
        /// async fn main() -> Result<(), portable::task::JoinError> {
        ///     use portable::spawn_task;
        ///
        ///     let six = spawn_task!(async { 6 });
        ///     let id = 7;
        ///     let seven = spawn_task!(name = "number {id}", async move { id });
        ///     assert_eq!(six.await? * seven.await?, 42);
        ///
        ///     let words = std::sync::Arc::new(vec!["to", "be"]);
        ///     let count = spawn_task!([words] async move { words.len() });
        ///     assert_eq!(count.await?, words.len());
        ///
        ///     let text = spawn_task!(blocking, || std::fs::read_to_string("Cargo.toml"));
        ///     assert!(text.await?.is_ok());
        ///     Ok(())
        /// }
        /// # #[cfg(not(feature = "_runtime"))]
        /// # fn main() {}
        /// ```
        #[macro_export]
        $macro
    };
}

// The rules that rustdoc shows in place of the one that takes anything.
#[cfg(doc)]
documented! {macro_rules! spawn_task {
    ($(name = $name:expr,)? $(local,)? $(detach,)? $([$($capture:ident $(= $value:expr)?),*])? $future:expr) => {};
    (pool = $pool:expr, $(detach,)? $([$($capture:ident $(= $value:expr)?),*])? $future:expr) => {};
    ($(name = $name:expr,)? blocking, $(detach,)? $([$($capture:ident $(= $value:expr)?),*])? $closure:expr) => {};
    ($(name = $name:expr,)? compute, $(detach,)? $([$($capture:ident $(= $value:expr)?),*])? $closure:expr) => {};
}}

#[cfg(not(doc))]
documented! {macro_rules! spawn_task {
    ($($tokens:tt)*) => {
        $crate::__private::spawn_task! { [$crate] $($tokens)* }
    };
}}
