#[portable::task]
struct Run;

fn main() {}
