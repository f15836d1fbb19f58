#[portable::main(watchdog = "100ms", thread_name = "worker")]
async fn main() {}
