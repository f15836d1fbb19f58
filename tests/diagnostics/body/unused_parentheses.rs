#[portable::main]
pub async fn case() {
    let number = (5);
    drop(number);
}
