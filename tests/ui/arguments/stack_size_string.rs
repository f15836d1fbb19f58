#[portable::main(stack_size = "64MiB")]
async fn main() {}
