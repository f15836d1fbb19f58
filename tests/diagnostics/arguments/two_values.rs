#[portable::main(worker_threads = "4", flavor = "curent_thread")]
//                                ^^^ worker_threads = 4
//                                              ^^^^^^^^^^^^^^^ did you mean
pub async fn case() {}
