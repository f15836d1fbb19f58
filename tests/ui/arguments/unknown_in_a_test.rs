#[portable::test(flavr = "multi_thread")]
async fn works() {}

fn main() {}
