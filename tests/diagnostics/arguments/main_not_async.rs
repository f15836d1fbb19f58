#[portable::main]
pub fn main() {}
//  ^^ async fn
