#[portable::main(tokio_context = "multithread")]
async fn main() {}
