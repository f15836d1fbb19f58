#[portable::main(flavor = current_thread)]
//                        ^^^^^^^^^^^^^^ "current_thread"
pub async fn case() {}
