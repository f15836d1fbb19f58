#[portable::main(spawn = 1)]
async fn main() {}
