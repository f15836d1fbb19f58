#[portable::test]
async fn plain() {}

#[portable::test(flavor = "multi_thread", worker_threads = 2)]
async fn multi_thread() -> Result<(), std::num::ParseIntError> {
    "5".parse::<u8>()?;
    Ok(())
}

#[portable::test(flavor = ["multi_thread", "current_thread"], worker_threads = 2)]
async fn both_flavors() -> Result<(), std::num::ParseIntError> {
    "5".parse::<u8>()?;
    Ok(())
}

#[portable::test(flavor = ["local"], runtime = ["smol", "tokio"], timeout = "60s", name = "test")]
async fn listed_flavor() {}

#[portable::test]
#[should_panic(expected = "on purpose")]
async fn panics() {
    panic!("on purpose");
}

#[portable::test]
#[ignore = "it is there to be ignored"]
async fn ignored() {}

#[portable::test(timeout = "60s", stack_size = 4 << 20, init = || {}, name = "test")]
async fn every_argument_of_a_test() -> Result<(), Box<dyn std::error::Error>> {
    Ok(())
}

#[portable::test(timeout = std::time::Duration::from_secs(60))]
#[should_panic(expected = "on purpose")]
async fn panics_in_time() {
    panic!("on purpose");
}

#[portable::test(stack_size = 4 << 20)]
#[should_panic(expected = "on purpose")]
async fn panics_on_a_stack() {
    panic!("on purpose");
}

fn main() {}
