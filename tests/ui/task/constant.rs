#[portable::task]
const async fn run() {}

fn main() {}
