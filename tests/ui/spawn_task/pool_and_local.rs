use portable::task::Pool;

static POOL: Pool<64, 4> = Pool::new();

#[portable::main]
async fn main() {
    portable::spawn_task!(pool = POOL, local, async {});
}
