#[portable::main]
pub fn main() {
//  ^^ async fn
    portable::task::yield_now().await;
}
