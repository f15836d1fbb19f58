#[portable::main]
async fn main() {}
