#[portable::test(flavor = "current_thread", worker_threads = 4)]
async fn works() {}

fn main() {}
