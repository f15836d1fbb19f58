#[portable::main(worker_threads = 2, worker_threads = 4)]
//                                   ^^^^^^^^^^^^^^ remove
pub async fn case() {}
