#![allow(unused)]

mod std {}
mod core {}
mod alloc {}
mod portable {}
mod tokio {}

#[::portable::main(worker_threads = 1, shutdown_timeout = "5s", stack_size = 1 << 20, init = || {})]
async fn main() {
    let id = 5;
    ::portable::spawn_task!(detach, name = "task-{id}", [id] async move { id });
}

struct Point(u8);

impl Point {
    #[::portable::main]
    async fn get(&self) -> u8 {
        self.0
    }
}
