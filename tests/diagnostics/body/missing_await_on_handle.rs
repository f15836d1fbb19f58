#[portable::main]
pub async fn case() {
    let number: u8 = portable::spawn(async { 5 });
    drop(number);
}
