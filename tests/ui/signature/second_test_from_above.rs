// What `#[test_log::test]` above leaves.
#[portable::test]
#[::core::prelude::v1::test]
async fn works() {}

fn main() {}
