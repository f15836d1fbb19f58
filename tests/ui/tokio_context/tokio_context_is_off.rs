#[portable::main(tokio_context = "multi_thread")]
async fn main() {}
