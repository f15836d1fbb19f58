use portable::spawn_task;
use std::rc::Rc;
use std::sync::mpsc;

async fn pair<A, B>(a: A, b: B) -> (A, B) {
    (a, b)
}

#[portable::main]
async fn main() {
    assert_eq!(spawn_task!(async { 1 }).await.unwrap(), 1);
    assert_eq!(spawn_task!(async move { 2 },).await.unwrap(), 2);
    assert_eq!(spawn_task!(pair::<u8, u8>(3, 4)).await.unwrap(), (3, 4));
    assert_eq!(spawn_task!(std::future::ready(5)).await.unwrap(), 5);

    let future = async { 6 };
    assert_eq!(spawn_task!(future).await.unwrap(), 6);
    let local = async { 7 };
    assert_eq!(spawn_task!(local).await.unwrap(), 7);
    let detach = async { 8 };
    assert_eq!(spawn_task!(name = "detach", detach).await.unwrap(), 8);

    let shared = Rc::new(9);
    assert_eq!(spawn_task!(local, async move { *shared }).await.unwrap(), 9);
    assert_eq!(spawn_task!(blocking, || 10).await.unwrap(), 10);
    assert_eq!(spawn_task!(blocking, move || -> u8 { 11 }).await.unwrap(), 11);

    let (sender, receiver) = mpsc::channel();
    let () = spawn_task!(detach, [sender] async move { sender.send(12).unwrap() });
    let () = spawn_task!(blocking, detach, name = "{sender:?}", [sender] move || {
        sender.send(12).unwrap();
    });
    assert_eq!(receiver.recv().unwrap() + receiver.recv().unwrap(), 24);

    let mut tasks = Vec::new();
    for id in 0..3 {
        tasks.push(spawn_task!(name = "task-{id}", async move { id }));
    }
    for (id, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap(), id);
    }

    let task = match 1 {
        1 => spawn_task!(async { spawn_task!(async { 13 }).await }),
        _ => return,
    };
    assert_eq!(task.await.unwrap().unwrap(), 13);
    spawn_task!(async {
        spawn_task!(name = format!("{}-{}", 1, 2), async {}).await.unwrap();
    })
    .await
    .unwrap();
}
