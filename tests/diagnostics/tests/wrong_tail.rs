#[portable::test(timeout = "5s")]
async fn case() -> Result<(), String> {
    5
//  ^ mismatched types
}
