#[portable::main(FLAVOR = "current_thread")]
async fn main() {}
