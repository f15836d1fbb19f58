#[portable::main(worker_threads = 1.5)]
//                                ^^^ worker_threads = 4
pub async fn case() {}
