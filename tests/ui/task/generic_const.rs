#[portable::task]
async fn run<const N: usize>(value: [u8; N]) {
    drop(value);
}

fn main() {}
