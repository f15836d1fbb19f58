#[portable::main]
fn main() {}
