#[portable::main(worker_threads = 0x0_usize)]
async fn main() {}
