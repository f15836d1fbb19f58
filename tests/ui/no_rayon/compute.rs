use portable::spawn_task;

fn main() {
    drop(spawn_task!(compute, || 5));
    spawn_task!(name = "sum", compute, detach, || (1..10).sum::<u32>());
}
