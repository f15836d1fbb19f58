use portable::spawn_task;

async fn work() {}

fn main() {
    drop(spawn_task!(work));
    drop(spawn_task!(5));
}
