use portable::spawn_task;

fn main() {
    let counter = std::rc::Rc::new(5);
    drop(spawn_task!(locl, async move { println!("{counter}") }));
}
