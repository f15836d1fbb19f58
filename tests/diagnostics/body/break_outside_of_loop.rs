#[portable::main]
pub async fn case() {
    if std::env::args().count() > 1 {
        break;
    }
}
