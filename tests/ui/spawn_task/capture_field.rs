use portable::spawn_task;

struct Server {
    name: String,
}

fn main() {
    let server = Server { name: String::new() };
    drop(spawn_task!([server.name] async move {}));
    println!("{}", server.name);
}
