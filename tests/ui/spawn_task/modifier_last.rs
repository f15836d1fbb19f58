use portable::spawn_task;

fn main() {
    let counter = std::rc::Rc::new(5);
    drop(spawn_task!(async move { println!("{counter}") }, local));
}
