#[portable::main(dump_on = 10)]
async fn main() {}
