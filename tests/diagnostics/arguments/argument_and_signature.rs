#[portable::main(worker_thread = 4)]
//               ^^^^^^^^^^^^^ worker_threads
pub fn case() {}
//  ^^ async fn
