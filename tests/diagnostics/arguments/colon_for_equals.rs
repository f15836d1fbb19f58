#[portable::main(worker_threads: 4)]
//                             ^ worker_threads = 
pub async fn case() {}
