#[portable::main]
pub async fn case() {
    let mut number = 5;
    number = 6;
}
