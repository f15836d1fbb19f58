#[portable::main]
pub async fn case() {
    match std::env::args().count() {
        _ => {}
        0 => {}
    }
}
