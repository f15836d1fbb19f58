//! Tests of the programs that the macros refuse, with their errors, and of those that they take.
//!
//! `TRYBUILD=overwrite cargo test --test ui --features tokio` writes the expected output anew. Read
//! that output as a user would: is it one error, at the right place, with the cure?

#[test]
#[cfg(not(feature = "macros"))]
fn without_the_macros() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/no_macros/*.rs");
}

#[test]
#[cfg(all(feature = "macros", feature = "_runtime"))]
fn with_a_runtime() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/arguments/*.rs");
    cases.compile_fail("tests/ui/signature/*.rs");
    cases.compile_fail("tests/ui/spawn_task/*.rs");
    cases.compile_fail("tests/ui/task/*.rs");
    cases.compile_fail("tests/ui/runtime/unknown*.rs");
    // rustc names a part of the guard that is not `Send`, and Tokio's guard is one too.
    #[cfg(not(any(feature = "tokio", feature = "tokio-context")))]
    cases.compile_fail("tests/ui/enter_guard/*.rs");
    #[cfg(not(feature = "rayon"))]
    cases.compile_fail("tests/ui/no_rayon/*.rs");
    // rustc lists the types that a `String` can be made of, also those of the packages below
    // criterion.
    #[cfg(not(feature = "criterion"))]
    cases.compile_fail("tests/ui/strings/*.rs");
    #[cfg(feature = "custom")]
    cases.compile_fail("tests/ui/custom/*.rs");
    #[cfg(not(feature = "custom"))]
    cases.compile_fail("tests/ui/runtime/custom_is_off*.rs");
    #[cfg(not(feature = "smol"))]
    cases.compile_fail("tests/ui/runtime/smol_is_off*.rs");
    #[cfg(not(feature = "inspect"))]
    cases.compile_fail("tests/ui/inspect/*_is_off.rs");
    #[cfg(not(feature = "tokio-context"))]
    cases.compile_fail("tests/ui/tokio_context/*_is_off.rs");
    #[cfg(not(feature = "test-util"))]
    cases.compile_fail("tests/ui/test_util/*_is_off.rs");
    #[cfg(feature = "tokio-context")]
    cases.pass("tests/ui/tokio_context/pass/*.rs");
    #[cfg(all(unix, feature = "inspect", feature = "signal"))]
    cases.pass("tests/ui/inspect/pass/*.rs");
}

#[test]
#[cfg(all(feature = "macros", not(feature = "_runtime")))]
fn without_a_runtime() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/no_runtime/library.rs");
    cases.compile_fail("tests/ui/no_runtime/needs_*.rs");
}
