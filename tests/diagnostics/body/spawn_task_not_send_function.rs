use std::cell::RefCell;
use std::rc::Rc;

async fn hold(shared: Rc<RefCell<u8>>) {
    portable::task::yield_now().await;
    drop(shared);
}

#[portable::main]
pub async fn case() {
    let shared = Rc::new(RefCell::new(5));
    portable::spawn_task!(hold(shared)).await.unwrap();
}
