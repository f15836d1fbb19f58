#[portable::main(runtime = "custom")]
async fn main() {}
