#[portable::main]
pub async fn case() {
    let text = String::from("text");
    let slice = text.as_str();
    portable::spawn(async move { println!("{slice}") }).await.unwrap();
}
