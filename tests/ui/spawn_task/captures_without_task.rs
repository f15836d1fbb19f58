use portable::spawn_task;

fn main() {
    let sender = String::new();
    drop(spawn_task!([sender]));
}
