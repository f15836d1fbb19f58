#[portable::main]
pub async fn case() {
    let numbers = [1, 2].into_iter().collect();
    drop(numbers);
}
