#[portable::main(worker_thread = 4, flavor = 5, flavor = "local", 5)]
//               ^^^^^^^^^^^^^ worker_threads
//                                           ^ "current_thread"
//                                              ^^^^^^ remove
//                                                                ^ key = value
pub async fn case() {}
