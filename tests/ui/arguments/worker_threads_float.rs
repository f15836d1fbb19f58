#[portable::main(worker_threads = 4.0)]
async fn main() {}
