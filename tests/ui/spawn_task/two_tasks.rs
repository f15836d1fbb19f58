use portable::spawn_task;

fn main() {
    let (one, two) = (async {}, async {});
    drop(spawn_task!(one, two));
}
