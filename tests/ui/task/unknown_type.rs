#[portable::task]
async fn run(led: Led) {
    drop(led);
}

fn main() {}
