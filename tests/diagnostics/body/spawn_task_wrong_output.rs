#[portable::main]
pub async fn case() {
    let number: u8 = portable::spawn_task!(async { "five" }).await.unwrap();
    drop(number);
}
