#[portable::main(worker_threads = 2_u8 as &'static, thread_name = "worker")]
async fn main() {}
