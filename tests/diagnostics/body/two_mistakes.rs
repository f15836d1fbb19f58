#[portable::main]
pub async fn case() -> Result<(), String> {
    let number: u8 = "five";
    drop(numbr + number);
    5
}
