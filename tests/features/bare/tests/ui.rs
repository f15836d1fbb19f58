#[test]
fn what_does_not_fit_is_one_error() {
    let cases = trybuild::TestCases::new();
    // With a program that passes all are built, not only checked. Sizes are known only at the end
    // of a build.
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
    #[cfg(not(feature = "alloc"))]
    cases.compile_fail("tests/ui/no_alloc/*.rs");
}
