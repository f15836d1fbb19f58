#[portable::task]
#[portable::main]
async fn run() {}

fn main() {}
