#[portable::main(runtime = engine::Runtime::new())]
async fn main() {}
