//! Uses `#[portable::test]` in a crate that forbids what expansions often allow. clippy reads it
//! too.
#![cfg(all(feature = "macros", feature = "_runtime"))]
#![forbid(
    dead_code,
    deprecated,
    let_underscore_drop,
    missing_docs,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    single_use_lifetimes,
    trivial_casts,
    unit_bindings,
    unnameable_test_items,
    unreachable_code,
    unsafe_code,
    unused_imports,
    unused_lifetimes,
    unused_must_use,
    unused_qualifications,
    unused_results,
    unused_variables
)]
#![deny(
    warnings,
    clippy::absolute_paths,
    clippy::as_conversions,
    clippy::exit,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::let_underscore_must_use,
    clippy::let_underscore_untyped,
    clippy::missing_docs_in_private_items,
    clippy::min_ident_chars,
    clippy::no_effect_underscore_binding,
    clippy::panic,
    clippy::question_mark_used,
    clippy::same_name_method,
    clippy::shadow_reuse,
    clippy::shadow_same,
    clippy::shadow_unrelated,
    clippy::single_call_fn,
    clippy::tests_outside_test_module,
    clippy::unreachable,
    clippy::unwrap_used
)]

/// The tests.
#[cfg(test)]
mod tests {
    use portable::task::yield_now;
    use std::fmt;

    /// Returns nothing.
    #[portable::test]
    async fn plain() {
        yield_now().await;
    }

    /// Returns something.
    #[portable::test(flavor = "multi_thread", timeout = "60s", init = set_up)]
    async fn result() -> Result<(), fmt::Error> {
        yield_now().await;
        Ok(())
    }

    /// Returns an exit status.
    #[portable::test(stack_size = 4_194_304, init = set_up)]
    async fn on_a_stack() -> Result<(), fmt::Error> {
        yield_now().await;
        Ok(())
    }

    /// Runs on both flavors.
    #[portable::test(flavor = ["multi_thread", "current_thread"], worker_threads = 2)]
    async fn on_both() -> Result<(), fmt::Error> {
        yield_now().await;
        Ok(())
    }

    /// Runs on one runtime, if that is there.
    #[portable::test(runtime = "tokio")]
    async fn on_one() {
        yield_now().await;
    }

    /// Runs on one runtime, if that is there, and returns something.
    #[portable::test(runtime = ["smol"])]
    async fn on_another() -> Result<(), fmt::Error> {
        yield_now().await;
        Ok(())
    }

    /// Runs before a test.
    const fn set_up() {}
}
