#[portable::task]
async fn run(f: Option<(u8, impl Fn() + Send)>) {
    drop(f);
}

fn main() {}
