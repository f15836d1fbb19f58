#[portable::main(flavor = 1)]
//                        ^ "current_thread"
pub async fn case() {}
