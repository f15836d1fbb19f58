#[portable::main(max_blocking_threads = "many")]
async fn main() {}
