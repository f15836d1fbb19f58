use portable::spawn_task;
use portable::task::Pool;

static POOL: Pool<64, 4> = Pool::new();

fn main() {
    drop(spawn_task!(blocking, compute, || 5));
    drop(spawn_task!(compute, local, async {}));
    drop(spawn_task!(compute, pool = POOL, || 5));
}
