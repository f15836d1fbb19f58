#[portable::main(worker_thread = 4, flavour = "multi_thread")]
//               ^^^^^^^^^^^^^ did you mean `worker_threads`
//                                  ^^^^^^^ did you mean `flavor`
pub async fn case() {}
