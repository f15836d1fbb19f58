#[portable::main(stack_size = 1024 * 1024)]
async fn main() {}
