#[portable::main]
pub async fn case() {
    let number = 5;
    let task = portable::spawn_task!(async move { numbr + number });
    drop(task.await);
}
