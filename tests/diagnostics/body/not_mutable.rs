#[portable::main]
pub async fn case() {
    let numbers = Vec::new();
    numbers.push(5);
}
