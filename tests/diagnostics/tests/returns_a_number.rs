#[portable::test]
async fn case() -> u32 {
//                 ^^^ u32
    1
}
