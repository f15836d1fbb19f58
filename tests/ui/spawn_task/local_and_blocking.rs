use portable::spawn_task;

fn main() {
    drop(spawn_task!(local, blocking, async {}));
    drop(spawn_task!(blocking, local, || 5));
}
