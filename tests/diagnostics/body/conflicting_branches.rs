#[portable::main]
pub async fn case() {
    let number = if std::env::args().count() > 1 { 5 } else { "five" };
    drop(number);
}
