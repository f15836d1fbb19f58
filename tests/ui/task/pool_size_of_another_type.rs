const COUNT: u8 = 4;

#[portable::task(pool_size = COUNT)]
async fn run() {}

fn main() {}
