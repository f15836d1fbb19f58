use portable::spawn_task;

fn main() {
    drop(spawn_task!(local async {}));
    drop(spawn_task!(name = "worker" async {}));
}
