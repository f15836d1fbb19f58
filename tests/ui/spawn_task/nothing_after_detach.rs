use portable::spawn_task;

fn main() {
    spawn_task!(detach,);
}
