#[portable::main]
pub async fn case() {
    let text = String::new();
    drop(text);
    println!("{text}");
}
