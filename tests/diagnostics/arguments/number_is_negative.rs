#[portable::main(worker_threads = -1)]
//                                ^^ usize
pub async fn case() {}
