#[portable::task(4)]
async fn run() {}

fn main() {}
