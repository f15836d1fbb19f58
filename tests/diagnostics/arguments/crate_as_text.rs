#[portable::main(crate = "not a path")]
//                       ^^^^^^^^^^^^ crate = 
pub async fn case() {}
