use portable::task::Pool;

#[portable::main]
async fn main() {
    let pool = Pool::<64, 4>::new();
    portable::spawn_task!(pool = pool, async {});
}
