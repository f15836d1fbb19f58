#[portable::task]
async fn run(text: &str) {
    let _ = text;
}

fn main() {}
