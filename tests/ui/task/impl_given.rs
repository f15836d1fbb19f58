#[portable::task]
async fn run() -> impl Send {
    5
}

fn main() {}
