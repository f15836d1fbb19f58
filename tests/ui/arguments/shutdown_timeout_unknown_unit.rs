#[portable::main(shutdown_timeout = "5 seconds")]
async fn main() {}
