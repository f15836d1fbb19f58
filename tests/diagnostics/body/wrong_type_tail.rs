#[portable::main]
pub async fn case() -> Result<(), String> {
    5
}
