#[portable::task(pool_size = count())]
async fn run() {}

fn count() -> usize {
    4
}

fn main() {}
