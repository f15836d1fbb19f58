#[portable::main(flavour = "current_thread", worker_threads = 0, worker_threads = 1, shutdown_timeout = "soon", thread_name)]
async fn main() {}
