#[portable::main]
pub async fn case() {
    let text = String::from("text");
    let task = portable::spawn(async { println!("{text}") });
    task.await.unwrap();
}
