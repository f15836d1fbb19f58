use portable::spawn_task;

fn main() {
    let task = async {};
    spawn_task!(task, name = "worker", detach);
}
