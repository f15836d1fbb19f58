#![deny(warnings)]

#[portable::test]
async fn case() {
    let number = 5;
//      ^^^^^^ unused variable
}
