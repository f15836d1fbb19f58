#[portable::main(worker_thread = 4)]
//               ^^^^^^^^^^^^^ worker_threads
async fn main() {}
