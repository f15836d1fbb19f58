#[portable::main]
pub async fn case() -> Resul<(), String> {
    Ok(())
}
