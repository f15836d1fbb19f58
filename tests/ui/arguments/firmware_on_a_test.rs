#[portable::test(executor = "embassy_executor::Executor")]
async fn works() {}

fn main() {}
