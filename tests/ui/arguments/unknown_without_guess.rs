#[portable::main(priority = 4)]
async fn main() {}
