#[portable::main]
#[portable::main]
async fn main() {}
