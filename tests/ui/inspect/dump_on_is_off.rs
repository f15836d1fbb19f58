#[portable::main(dump_on = "SIGUSR1")]
async fn main() {}
