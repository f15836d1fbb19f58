#[portable::main(flavor = "basic_scheduler")]
//                        ^^^^^^^^^^^^^^^^^ current_thread
pub async fn case() {}
