fn show(_: &str, _: u8) {}

#[portable::main]
pub async fn case() {
    show("text");
}
