#[portable::test(runtime = "tokio")]
async fn case() -> u32 {
//                 ^^^ u32
    1
}
