#[portable::main]
pub async fn case() {
    portable::spawn_task!(|| async { 5 });
}
