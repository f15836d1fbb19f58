#[portable::main]
pub async fn case() -> Result<(), String> {
    if std::env::args().count() > 1 {
        return Err(5);
    }
    Ok("done")
}
