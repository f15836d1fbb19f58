#[portable::test(time_limit = "5s")]
async fn works() {}

fn main() {}
