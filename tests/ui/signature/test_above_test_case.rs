#[portable::test]
#[test_case(1, 2)]
#[test_case(2, 3; "other")]
async fn increments(number: u8, next: u8) {
    assert_eq!(number + 1, next);
}

fn main() {}
