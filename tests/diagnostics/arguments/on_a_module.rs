#[portable::main]
pub mod case {}
//  ^^^ async fn

fn main() {}
