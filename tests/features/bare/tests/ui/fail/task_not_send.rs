#[portable::task]
async fn run() {
    let shared = std::rc::Rc::new(5);
    portable::task::yield_now().await;
    drop(shared);
}

fn main() {}
