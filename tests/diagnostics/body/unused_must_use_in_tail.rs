#[portable::main]
pub async fn case() {
    portable::time::sleep(std::time::Duration::ZERO);
}
