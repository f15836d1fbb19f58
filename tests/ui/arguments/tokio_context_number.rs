#[portable::main(tokio_context = 4)]
async fn main() {}
