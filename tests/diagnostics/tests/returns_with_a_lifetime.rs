#[portable::test]
async fn case<'a>() -> &'a str {
//                     ^^^^^^^ str
    "text"
}
