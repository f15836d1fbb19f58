#[portable::main(shutdown_timeout = "1.5s")]
async fn main() {}
