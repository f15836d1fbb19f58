use portable::spawn_task;
use std::sync::Arc;

#[derive(Clone)]
struct Server {
    name: Arc<str>,
}

impl Server {
    async fn start(&self) -> usize {
        let task = spawn_task!([this = self.clone()] async move { this.name.len() });
        task.await.unwrap()
    }
}

#[portable::main]
async fn main() {
    let sender = String::from("sender");
    let pool = Arc::new(5);

    let task = spawn_task!([sender, db = pool.clone(), mut total = 1] async move {
        total += *db;
        format!("{sender}{total}")
    });
    assert_eq!(task.await.unwrap(), "sender6");

    let task = spawn_task!(name = "{sender}", blocking, [mut sender,] move || {
        sender.push('!');
        sender
    });
    assert_eq!(task.await.unwrap(), "sender!");
    assert_eq!(sender, "sender");

    let task = spawn_task!([] async { 7 });
    assert_eq!(task.await.unwrap(), 7);
    assert_eq!(Server { name: "server".into() }.start().await, 6);
}
