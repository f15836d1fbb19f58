#[portable::main(watchdog = "0s")]
async fn main() {}
