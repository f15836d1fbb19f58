#[portable::main(worker_threads = 2 + 2, flavor = "local")]
async fn main() {}
