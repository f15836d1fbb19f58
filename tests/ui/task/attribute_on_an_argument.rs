#[portable::task]
async fn run(#[cfg(unix)] n: u8) {
    drop(n);
}

fn main() {}
