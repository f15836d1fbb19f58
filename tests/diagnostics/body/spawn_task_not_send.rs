use std::rc::Rc;

#[portable::main]
pub async fn case() {
    let task = portable::spawn_task!(async {
        let shared = Rc::new(5);
        portable::task::yield_now().await;
        drop(shared);
    });
    task.await.unwrap();
}
