#[portable::main(init = || std::env::set_current_dir("/"))]
async fn main() {}
