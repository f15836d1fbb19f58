#[portable::main(dump_on = "SIGUSR3")]
async fn main() {}
