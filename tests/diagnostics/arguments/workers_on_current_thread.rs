#[portable::main(flavor = "current_thread", worker_threads = 4)]
//                                          ^^^^^^^^^^^^^^^^^^ multi_thread
pub async fn case() {}
