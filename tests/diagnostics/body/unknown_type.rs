#[portable::main]
pub async fn case() {
    let numbers: Vecc<u8> = Vec::new();
    drop(numbers);
}
