#[portable::task(pool_sise = 5)]
async fn run() {}

fn main() {}
