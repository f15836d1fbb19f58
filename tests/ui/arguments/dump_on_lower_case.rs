#[portable::main(dump_on = "usr1")]
async fn main() {}
