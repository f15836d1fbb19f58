#[portable::task(priority = 5)]
async fn run() {}

fn main() {}
