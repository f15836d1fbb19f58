#[portable::task]
async fn run<T: Send>(value: T) {
    drop(value);
}

fn main() {}
