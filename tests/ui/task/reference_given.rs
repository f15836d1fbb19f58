#[portable::task]
async fn run() -> &str {
    "text"
}

fn main() {}
