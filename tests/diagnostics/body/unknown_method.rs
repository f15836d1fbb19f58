#[portable::main]
pub async fn case() {
    let numbers = vec![5];
    drop(numbers.lenght());
}
