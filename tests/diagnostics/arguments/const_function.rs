#[portable::main]
pub const async fn case() {}
//  ^^^^^ remove
