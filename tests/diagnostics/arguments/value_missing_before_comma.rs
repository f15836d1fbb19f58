#[portable::main(worker_threads = , flavor = "multi_thread")]
//               ^^^^^^^^^^^^^^^^^^ worker_threads = 
pub async fn case() {}
