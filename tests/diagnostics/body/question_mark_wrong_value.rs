#[portable::main]
pub async fn case() -> Result<(), std::num::ParseIntError> {
    let number: u16 = "5".parse::<u8>()?;
    drop(number);
    Ok(())
}
