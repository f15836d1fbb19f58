fn set_up(_: u8) {}

#[portable::main(init = set_up)]
async fn main() {}
