#[portable::main]
pub async fn case() -> Result<(), String> {
    let first = "text".chars().next()?;
    drop(first);
    Ok(())
}
