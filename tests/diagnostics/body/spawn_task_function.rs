async fn work() {}

#[portable::main]
pub async fn case() {
    portable::spawn_task!(work);
}
