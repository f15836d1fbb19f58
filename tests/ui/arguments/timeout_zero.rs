#[portable::test(timeout = "0s")]
async fn works() {}

fn main() {}
