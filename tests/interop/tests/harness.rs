//! Tests of the attributes of the harness itself.
#![cfg(feature = "_runtime")]

use std::process::ExitCode;

#[portable::test]
#[should_panic(expected = "on purpose")]
async fn panics_below() {
    panic!("on purpose");
}

#[should_panic(expected = "on purpose")]
#[portable::test(timeout = "60s", stack_size = 4 << 20)]
async fn panics_above() {
    panic!("on purpose");
}

#[portable::test]
#[ignore = "it is there to be ignored"]
async fn ignored_below() {
    panic!("it was not ignored");
}

#[ignore = "it is there to be ignored"]
#[portable::test]
async fn ignored_above() {
    panic!("it was not ignored");
}

#[portable::test(stack_size = 4 << 20)]
async fn gives_a_code() -> ExitCode {
    ExitCode::SUCCESS
}
