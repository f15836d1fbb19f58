fn set_up() {}

#[portable::main(init = set_up())]
async fn main() {}
