#[portable::main]
pub async fn case() -> Result<(), String> {
    let text = String::new();
    drop(text);
}
