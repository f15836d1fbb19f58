#[portable::main(tokio::flavor = "current_thread")]
async fn main() {}
