#[portable::main]
async fn case_of_nobody() {}

fn main() {}
