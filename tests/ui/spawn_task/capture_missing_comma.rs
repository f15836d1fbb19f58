use portable::spawn_task;

fn main() {
    let (one, two) = (1, 2);
    drop(spawn_task!([one two] async move { println!("{one}{two}") }));
}
