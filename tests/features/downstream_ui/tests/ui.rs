#[cfg(any(feature = "tokio", feature = "smol", feature = "async-std", feature = "embassy", feature = "pollster"))]
#[test]
fn with_a_runtime() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
    #[cfg(not(feature = "smol"))]
    cases.compile_fail("tests/ui/smol_is_off/*.rs");
}

#[cfg(not(any(feature = "tokio", feature = "smol", feature = "async-std", feature = "embassy", feature = "pollster")))]
#[test]
fn without_a_runtime() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/no_runtime/*.rs");
}
