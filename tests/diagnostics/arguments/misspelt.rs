#[portable::main(worker_thread = 4)]
//               ^^^^^^^^^^^^^ did you mean
pub async fn case() {}
