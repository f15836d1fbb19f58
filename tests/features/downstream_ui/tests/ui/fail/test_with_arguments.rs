#[portable::test]
async fn works(number: u8) {
    assert_eq!(number, 5);
}

fn main() {}
