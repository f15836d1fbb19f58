const POOL: usize = 4;

#[portable::main]
async fn main() {
    portable::spawn_task!(pool = POOL, async {});
}
