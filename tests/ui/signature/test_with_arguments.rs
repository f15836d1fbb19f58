#[portable::test]
async fn works(number: u8, text: &str) {
    assert_eq!(text.len(), usize::from(number));
}

fn main() {}
