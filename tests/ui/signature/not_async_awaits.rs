#[portable::main]
fn main() -> Result<(), std::num::ParseIntError> {
    let number: u8 = async { "5".parse() }.await?;
    println!("{number}");
    Ok(())
}
