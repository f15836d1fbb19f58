#[portable::main(flavor)]
async fn main() {}
