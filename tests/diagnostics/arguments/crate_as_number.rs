#[portable::main(crate = 5)]
//                       ^ crate = 
pub async fn case() {}
