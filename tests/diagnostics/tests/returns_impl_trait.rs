#[portable::test]
async fn case() -> impl Sized {
//                 ^^^^^^^^^^ Sized
    1
}
