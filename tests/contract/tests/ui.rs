//! The errors of `contract!`. `TRYBUILD=overwrite cargo test -p portable-contract --test ui` writes them
//! anew.

#[test]
fn mistakes_have_one_error_each() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
