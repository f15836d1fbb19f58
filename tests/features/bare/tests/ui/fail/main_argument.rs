#[portable::main(worker_threads = 4, entry = "", flavor = "current_thread")]
async fn main() {}
