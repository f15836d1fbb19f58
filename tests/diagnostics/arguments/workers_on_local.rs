#[portable::main(flavor = "local", worker_threads = 4)]
//                                 ^^^^^^^^^^^^^^^^^^ multi_thread
pub async fn case() {}
