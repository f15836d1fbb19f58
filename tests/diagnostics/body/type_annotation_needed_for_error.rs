#[portable::main]
pub async fn case() {
    let block = async {
        let number: u8 = "5".parse()?;
        Ok(number)
    };
    drop(block.await);
}
