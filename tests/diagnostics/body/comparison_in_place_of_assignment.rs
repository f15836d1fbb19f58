#[portable::main]
pub async fn case() {
    let mut number = 5;
    number == 6;
    number += 1;
    drop(number);
}
