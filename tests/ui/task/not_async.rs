#[portable::task]
fn run() {}

fn main() {}
