#[portable::main(threads_of_work = 4)]
//               ^^^^^^^^^^^^^^^ worker_threads
pub async fn case() {}
