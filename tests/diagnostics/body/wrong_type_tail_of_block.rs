#[portable::main]
pub async fn case() -> Result<(), String> {
    match std::env::args().count() {
        1 => Ok(()),
        _ => Err(5),
    }
}
