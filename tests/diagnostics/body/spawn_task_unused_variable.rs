#[portable::main]
pub async fn case() {
    let task = portable::spawn_task!(async {
        let number = 5;
    });
    drop(task.await);
}
