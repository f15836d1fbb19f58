#[portable::test(watchdog = 100)]
async fn works() {}

fn main() {}
