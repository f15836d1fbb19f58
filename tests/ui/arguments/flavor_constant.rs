const FLAVOR: &str = "local";

#[portable::main(flavor = FLAVOR)]
async fn main() {}
