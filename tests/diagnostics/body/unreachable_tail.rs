#[portable::main]
pub async fn case() -> Result<(), String> {
    loop {}
    Ok(())
}
