#[portable::main]
pub async fn case() {
    portable::spawn(async {
        let shared = std::rc::Rc::new(5);
        portable::task::yield_now().await;
        drop(shared);
    });
}
