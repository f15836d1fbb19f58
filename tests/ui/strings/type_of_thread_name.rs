#[portable::main(thread_name = std::path::Path::new("a"))]
async fn main() {}
