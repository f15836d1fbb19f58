//! Uses `#[portable::test]` in a crate without the standard library.
#![no_std]
#![cfg(all(feature = "macros", feature = "_runtime"))]

use core::fmt;

#[portable::test]
async fn plain() {
    portable::task::yield_now().await;
}

#[portable::test]
async fn result() -> Result<(), fmt::Error> {
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn in_time() {
    portable::task::yield_now().await;
}

#[portable::test(timeout = "60s", stack_size = 4 << 20, init = || (), flavor = "multi_thread")]
async fn on_a_stack_in_time() -> Result<(), fmt::Error> {
    Ok(())
}

#[portable::test(runtime = "tokio")]
#[should_panic(expected = "on purpose")]
async fn pinned() {
    panic!("on purpose");
}
