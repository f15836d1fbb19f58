#[portable::main(name = "worker")]
async fn main() {}
