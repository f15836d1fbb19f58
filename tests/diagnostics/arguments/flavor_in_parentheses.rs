#[portable::main(flavor("current_thread"))]
//                     ^^^^^^^^^^^^^^^^^^ flavor = "current_thread"
pub async fn case() {}
