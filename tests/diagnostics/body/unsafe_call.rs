unsafe fn danger() {}

#[portable::main]
pub async fn case() {
    danger();
}
