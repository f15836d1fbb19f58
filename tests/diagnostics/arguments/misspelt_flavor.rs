#[portable::main(flavour = "current_thread")]
//               ^^^^^^^ did you mean
pub async fn case() {}
