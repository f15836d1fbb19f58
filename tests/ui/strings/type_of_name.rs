#[portable::main(name = std::path::Path::new("a"))]
async fn main() {}
