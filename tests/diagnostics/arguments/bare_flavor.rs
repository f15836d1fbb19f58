#[portable::main(current_thread)]
//               ^^^^^^^^^^^^^^ flavor = "current_thread"
pub async fn case() {}
