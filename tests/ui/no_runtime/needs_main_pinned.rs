#[portable::main(runtime = "smol", worker_threads = 4)]
async fn main() {}
