#[portable::main(crate = portable::<u8>)]
async fn main() {}
