#[portable::task]
async fn run();

fn main() {}
