#[portable::main(runtime::flavor = "multi_thread")]
//               ^^^^^^^^^^^^^^^ one word
pub async fn case() {}
