async fn fetch() -> Result<u8, String> {
    Ok(5)
}

#[portable::main]
pub async fn case() -> Result<(), String> {
    let number = fetch()?;
    drop(number);
    Ok(())
}
