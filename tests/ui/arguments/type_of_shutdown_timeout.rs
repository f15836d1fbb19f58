#[portable::main(shutdown_timeout = 5 * 60)]
async fn main() {}
