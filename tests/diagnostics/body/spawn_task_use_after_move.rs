#[portable::main]
pub async fn case() {
    let text = String::new();
    let task = portable::spawn_task!(async move { text.len() });
    println!("{text}");
    drop(task);
}
