fn check() -> Result<(), String> {
    Ok(())
}

#[portable::main]
pub async fn case() {
    check();
}
