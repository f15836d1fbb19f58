#[portable::test]
#[should_panic(expected = "no")]
#[tokio::test]
async fn works() {
    panic!("no");
}

fn main() {}
