#[test]
fn what_does_not_fit_is_one_error() {
    let cases = trybuild::TestCases::new();
    // With one that passes all are built, not only checked: sizes are known at the end alone.
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
    #[cfg(not(feature = "alloc"))]
    cases.compile_fail("tests/ui/no_alloc/*.rs");
}
