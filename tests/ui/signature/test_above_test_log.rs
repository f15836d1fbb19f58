#[portable::test]
#[test_log::test]
async fn works() {}

fn main() {}
