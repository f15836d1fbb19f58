#[portable::main(worker_threads = true)]
//                                ^^^^ worker_threads = 4
pub async fn case() {}
