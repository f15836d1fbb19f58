#[portable::main(thread_stack_size = "3MiB")]
async fn main() {}
