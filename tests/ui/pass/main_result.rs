#[portable::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let five: u8 = async { "5".parse() }.await?;
    assert_eq!(five, 5);
    Ok(())
}
