#[portable::main(runtime = ["tokio"])]
async fn main() {}
