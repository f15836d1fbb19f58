use portable::spawn_task;

struct NotClone;

#[portable::main]
async fn main() {
    let (one, two) = (NotClone, 2);
    let task = spawn_task!([two, one] async move {
        drop(one);
        two
    });
    let _ = task.await;
}
