use portable::spawn_task;

fn main() {
    let task = async {};
    drop(spawn_task!(task, local,));
}
