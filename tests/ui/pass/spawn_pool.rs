#![deny(warnings)]

use portable::spawn_task;
use portable::task::{JoinError, Pool};

static POOL: Pool<64, 4> = Pool::new();
static POOLS: [Pool<64, 4>; 2] = [Pool::new(), Pool::new()];

#[portable::main]
async fn main() -> Result<(), JoinError> {
    assert_eq!(spawn_task!(pool = POOL, async { 5 }).await?, 5);
    let n = String::from("text");
    assert_eq!(spawn_task!(pool = POOLS[1], [n] async move { n.len() }).await?, 4);
    spawn_task!(detach, pool = POOL, [m = n.len()] async move { assert_eq!(m, 4) });
    spawn_task!(pool = POOL, detach, async move { drop(n) });
    let pool: &'static _ = &POOLS[0];
    spawn_task!(pool = pool, async {}).await?;
    Ok(())
}
