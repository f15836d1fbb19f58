#[portable::main(worker_threads = struct, thread_name = "a")]
async fn main() {}
