#[portable::task]
async fn run((a, b): (u8, u8)) {
    drop(a + b);
}

fn main() {}
