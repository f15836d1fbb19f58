#[portable::main(spawn = true, stack_size = 64 * 1024 * 1024)]
async fn main() {}
