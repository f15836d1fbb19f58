#[portable::main]
pub async fn case() {
    let texts = vec![String::new()];
    let first = texts[0];
    drop(first);
}
