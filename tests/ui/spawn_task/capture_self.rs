use portable::spawn_task;

#[derive(Clone)]
struct Server;

impl Server {
    fn start(&self) {
        drop(spawn_task!([self] async move {}));
        drop(spawn_task!([self.clone()] async move {}));
    }
}

fn main() {
    Server.start();
}
