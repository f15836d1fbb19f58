#[portable::task]
async fn run(text: &str) {
    drop(text.len());
}

fn main() {}
