use portable::spawn_task;

fn main() {
    drop(spawn_task!(name = "a", name = "b", async {}));
    spawn_task!(detach, detach, async {});
}
