#[portable::main(flavor = "multi_thread", flavor = "current_thread")]
//                                        ^^^^^^ remove
pub async fn case() {}
