#[portable::task(count = 5)]
async fn run() {}

fn main() {}
