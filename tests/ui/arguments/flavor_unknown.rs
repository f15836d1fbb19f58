#[portable::main(flavor = "embassy")]
async fn main() {}
