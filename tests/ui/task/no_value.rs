#[portable::task(pool_size)]
async fn run() {}

fn main() {}
