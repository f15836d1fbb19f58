#[portable::main]
pub async fn case() {
    let task = portable::spawn_task!(async {
        let number: u8 = "five";
        number
    });
    drop(task.await);
}
