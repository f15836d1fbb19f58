#[portable::task(pool_size = "4")]
async fn run() {}

fn main() {}
