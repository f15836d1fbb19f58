#[portable::main]
pub async fn case() {
    let text = String::from("text");
    let slice = text.as_str();
    let task = portable::spawn_task!(async move { println!("{slice}") });
    task.await.unwrap();
}
