#[portable::main(unhandled_panic = "ignored")]
//               ^^^^^^^^^^^^^^^^^^^^^^^^^^^ panic
pub async fn case() {}
