#[portable::main(runtime = "smol")]
async fn main() {}
