#[portable::test]
async fn works<T: Default>() {
    let _ = T::default();
}

fn main() {}
