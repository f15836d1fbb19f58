async fn fetch() {}

#[portable::main]
pub async fn case() {
    fetsh().await;
}
