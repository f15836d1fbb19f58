#[portable::main]
pub async fn case() {
    let text = String::new();
    text.;
}
