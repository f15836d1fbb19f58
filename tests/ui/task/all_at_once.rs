#[portable::task(pool_size = 0, prio = 5)]
fn run<T>((a, b): (T, T), text: &str) {}

fn main() {}
