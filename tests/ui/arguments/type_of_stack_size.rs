#[portable::main(stack_size = 64u32)]
async fn main() {}
