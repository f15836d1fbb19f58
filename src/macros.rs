/// Gives the macro its documentation, which is that of the rules that are shown and of the one that
/// is compiled.
macro_rules! documented {
    ($macro:item) => {
        /// Starts a task, like [`spawn`](crate::spawn), with modifiers before the future.
        ///
        /// It gives a [`JoinHandle`](crate::task::JoinHandle). The modifiers come in any order, separated
        /// by commas; the future, or the closure for `blocking`, comes last.
        ///
        /// | Modifier | Meaning |
        /// |---|---|
        /// | `name = "…"` | The task reads its name by [`task::try_name`](crate::task::try_name). Braces capture variables, as in [`format!`]; any other expression of type `&str` or `String` will do too. |
        /// | `pool = POOL` | The task has its place in a `static` [`task::Pool`](crate::task::Pool). Neither with `name`, `local` nor `blocking`. |
        /// | `local` | The future need not be [`Send`]: as [`task::spawn_local`](crate::task::spawn_local). |
        /// | `blocking` | A closure that may block: as [`task::spawn_blocking`](crate::task::spawn_blocking). |
        /// | `detach` | Gives `()` in place of the handle. |
        ///
        /// Before the future a list in brackets may say what it captures: `[a]` clones `a` for it,
        /// `[b = expr]` gives it the value of `expr` as `b`.
        ///
        /// # Panics
        ///
        /// With `local`, where [`task::spawn_local`](crate::task::spawn_local) does.
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

// What rustdoc shows in place of the rule that takes anything.
#[cfg(doc)]
documented! {macro_rules! spawn_task {
    ($(name = $name:expr,)? $(local,)? $(detach,)? $([$($capture:ident $(= $value:expr)?),*])? $future:expr) => {};
    (pool = $pool:expr, $(detach,)? $([$($capture:ident $(= $value:expr)?),*])? $future:expr) => {};
    ($(name = $name:expr,)? blocking, $(detach,)? $([$($capture:ident $(= $value:expr)?),*])? $closure:expr) => {};
}}

#[cfg(not(doc))]
documented! {macro_rules! spawn_task {
    ($($tokens:tt)*) => {
        $crate::__private::spawn_task! { [$crate] $($tokens)* }
    };
}}
