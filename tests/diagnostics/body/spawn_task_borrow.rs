#[portable::main]
pub async fn case() {
    let text = String::from("text");
    let task = portable::spawn_task!(async { println!("{text}") });
    task.await.unwrap();
}
