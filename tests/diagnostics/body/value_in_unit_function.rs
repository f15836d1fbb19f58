#[portable::main]
pub async fn case() {
    5
}
