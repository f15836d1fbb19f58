#[portable::main]
async fn main() {
    portable::spawn_task!(pool, async {});
}
