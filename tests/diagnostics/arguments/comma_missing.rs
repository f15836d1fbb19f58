#[portable::main(flavor = "multi_thread" worker_threads = 4)]
//                                       ^^^^^^^^^^^^^^ `,`
pub async fn case() {}
