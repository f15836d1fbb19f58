#[portable::main(worker_threads = 0)]
//                                ^ 1
pub async fn case() {}
