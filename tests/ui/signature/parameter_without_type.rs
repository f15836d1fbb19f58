#[portable::main]
async fn f(x) {}

#[portable::test]
async fn g(&x, y: u8) {}

#[portable::task]
async fn h(x: u8, Vec<u8>) {}

#[portable::main]
async fn main(x) {}
