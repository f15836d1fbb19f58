async fn fetch() -> Result<(), String> {
    Ok(())
}

#[portable::main]
pub async fn case() -> Result<(), String> {
    fetch()
}
