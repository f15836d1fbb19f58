#[portable::main(4)]
//               ^ key = value
pub async fn case() {}
