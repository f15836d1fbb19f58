#[portable::main(enable_all)]
async fn main() {}
