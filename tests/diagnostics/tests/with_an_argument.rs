#[portable::test]
async fn case(number: u8) {
//            ^^^^^^^^^^ remove
    drop(number);
}
