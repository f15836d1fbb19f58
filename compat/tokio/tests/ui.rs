//! The mistakes that the attributes report, each with the exact output of the compiler.

#![cfg(all(feature = "macros", feature = "rt"))]

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    if cfg!(any(
        feature = "tokio",
        feature = "smol",
        feature = "async-std",
        feature = "embassy",
        feature = "pollster"
    )) {
        cases.compile_fail("tests/ui/*.rs");
    } else {
        cases.compile_fail("tests/ui/no_runtime/*.rs");
    }
}
