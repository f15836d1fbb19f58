#[portable::main(flavor = ["multi_thread", "current_thread"])]
async fn main() {}
