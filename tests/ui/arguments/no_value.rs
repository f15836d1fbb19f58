#[portable::main(worker_threads =, thread_name = "a")]
async fn main() {}
