#[portable::main(runtime = [])]
async fn main() {}
