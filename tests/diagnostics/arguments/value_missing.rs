#[portable::main(worker_threads = )]
//               ^^^^^^^^^^^^^^^^ worker_threads = 
pub async fn case() {}
