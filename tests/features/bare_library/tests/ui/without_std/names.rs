use portable::task::JoinSet;

portable::task_local! {
    static REQUEST: u32;
}

pub async fn work() {
    let mut set = JoinSet::new();
    set.spawn(async {});
    portable::task::spawn_blocking(|| 1).await;
    portable::task::spawn_local(async {}).await;
}

fn main() {
    portable::block_on(work());
    portable::runtime::Runtime::new();
}
