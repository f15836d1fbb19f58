use std::rc::Rc;

#[portable::main(spawn = true)]
async fn main() {
    let shared = Rc::new(1);
    portable::task::yield_now().await;
    assert_eq!(*shared, 1);
}
