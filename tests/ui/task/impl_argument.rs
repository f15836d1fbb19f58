#[portable::task]
async fn run(f: impl Fn() + Send) {
    f();
}

fn main() {}
