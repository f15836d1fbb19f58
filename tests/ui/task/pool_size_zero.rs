#[portable::task(pool_size = 0)]
async fn run() {}

fn main() {}
