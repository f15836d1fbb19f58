#[portable::test]
async fn plain() {}

#[portable::test(flavor = "multi_thread", worker_threads = 2)]
async fn multi_thread() -> Result<(), std::num::ParseIntError> {
    "5".parse::<u8>()?;
    Ok(())
}

#[portable::test]
#[should_panic(expected = "on purpose")]
async fn panics() {
    panic!("on purpose");
}

#[portable::test]
#[ignore = "slow"]
async fn ignored() {}

fn main() {}
