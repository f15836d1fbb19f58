use portable::spawn_task;

fn main() {
    drop(spawn_task!(name = 5, async {}));
}
