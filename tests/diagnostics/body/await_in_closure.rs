async fn fetch() -> u8 {
    5
}

#[portable::main]
pub async fn case() {
    let numbers: Vec<u8> = [1, 2].iter().map(|_| fetch().await).collect();
    drop(numbers);
}
