use portable::spawn_task;

fn main() {
    drop(spawn_task!(compte, || 5));
}
