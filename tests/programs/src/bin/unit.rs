//! Returns from `main`, which runs on the main thread of the process.

#[portable::main]
async fn main() {
    let name = std::thread::current().name().map(String::from);
    println!("{}", name.unwrap_or_default());
    let not_send = std::rc::Rc::new(7);
    portable::task::yield_now().await;
    println!("{not_send}");
}
