#[portable::test(flavor = ["current_thread", "multi_thread"], start_paused = true)]
async fn on_both() {}

#[portable::test(start_paused = "yes")]
async fn no_bool() {}

#[portable::main(start_paused = true)]
async fn main() {}
