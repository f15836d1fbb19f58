#[portable::main("multi_thread")]
//               ^^^^^^^^^^^^^^ flavor = "multi_thread"
pub async fn case() {}
