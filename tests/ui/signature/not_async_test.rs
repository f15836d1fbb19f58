#[portable::test]
fn works() {
    assert_eq!(async { 4 }.await, 4);
}

fn main() {}
