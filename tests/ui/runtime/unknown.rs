#[portable::main(runtime = "smool")]
async fn main() {}
