#[portable::task(pool_size = 5, pool_size = 6)]
async fn run() {}

fn main() {}
