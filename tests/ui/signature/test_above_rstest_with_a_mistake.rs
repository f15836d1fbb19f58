#[portable::test(flavr = "multi_thread")]
#[rstest]
#[case(1, 2)]
#[case(2, 3)]
async fn increments(#[case] number: u8, #[case] next: u8) {
    assert_eq!(number + 1, next);
}

fn main() {}
