#[portable::main]
pub async fn case() {
    fn helper() {}
}
