#[portable::main]
pub async fn case() {
    let task = portable::spawn_task!(async {
        let number: u8 = "5".parse()?;
        drop(number);
    });
    drop(task.await);
}
