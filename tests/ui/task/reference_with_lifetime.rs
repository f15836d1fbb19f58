#[portable::task]
async fn run(text: Option<&'a str>) {
    drop(text);
}

fn main() {}
