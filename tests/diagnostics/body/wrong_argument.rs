fn show(_: &str) {}

#[portable::main]
pub async fn case() {
    show(String::new());
}
