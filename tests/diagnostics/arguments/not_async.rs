#[portable::main]
pub fn case() {}
//  ^^ async fn
