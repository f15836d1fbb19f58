#[portable::main]
pub async fn case() {
    let number: u8 = "5".parse()?;
    drop(number);
}
