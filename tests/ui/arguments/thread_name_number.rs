#[portable::main(thread_name = 5)]
async fn main() {}
