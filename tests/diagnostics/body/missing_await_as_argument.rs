async fn fetch() -> u8 {
    5
}

fn show(_: u8) {}

#[portable::main]
pub async fn case() {
    show(fetch());
}
