#[portable::main(worker_threads = "4")]
//                                ^^^ worker_threads = 4
pub async fn case() {}
