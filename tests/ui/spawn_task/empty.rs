use portable::spawn_task;

fn main() {
    let handle = spawn_task!();
    drop(handle);
}
