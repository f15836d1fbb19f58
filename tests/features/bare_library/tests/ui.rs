//! What a library is told whose manifest has `default-features = false` and lacks `std`.

#[test]
fn what_needs_std_names_the_feature() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/without_std/*.rs");
    #[cfg(not(feature = "alloc"))]
    cases.compile_fail("tests/ui/no_alloc/*.rs");
}
