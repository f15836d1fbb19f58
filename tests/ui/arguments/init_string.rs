#[portable::main(init = "set_up")]
async fn main() {}
