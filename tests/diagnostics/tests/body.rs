#[portable::test]
async fn case() -> Result<(), String> {
    let number: u8 = "five";
//                   ^^^^^^ mismatched types
    drop(number);
    missing();
//  ^^^^^^^ missing
    Ok(())
}
