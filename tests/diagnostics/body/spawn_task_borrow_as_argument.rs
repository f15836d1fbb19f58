async fn show(text: &str) {
    println!("{text}");
}

#[portable::main]
pub async fn case() {
    let text = String::from("text");
    portable::spawn_task!(show(&text)).await.unwrap();
}
