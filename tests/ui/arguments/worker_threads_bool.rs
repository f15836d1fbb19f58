#[portable::main(worker_threads = true)]
async fn main() {}
