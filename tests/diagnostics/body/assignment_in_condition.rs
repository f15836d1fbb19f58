#[portable::main]
pub async fn case() {
    let mut number = std::env::args().count();
    if number = 6 {
        number += 1;
    }
    drop(number);
}
