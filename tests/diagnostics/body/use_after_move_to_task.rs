#[portable::main]
pub async fn case() {
    let text = String::new();
    let task = portable::spawn(async move { text.len() });
    println!("{text}");
    drop(task);
}
