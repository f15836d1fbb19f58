#[portable::main(thread_name = "a" worker_threads = 4)]
async fn main() {}
