//! An application with Tokio's own attribute that uses a library of ours.

#[tokio::main]
async fn main() {
    let here = tokio::runtime::Handle::current().id();
    let there = portable::spawn(async { tokio::runtime::Handle::current().id() })
        .await
        .unwrap();
    portable::time::sleep(portable::time::Duration::from_millis(1)).await;
    let thread = std::thread::spawn(|| portable::block_on(async { 42 }));
    assert_eq!(thread.join().unwrap(), 42);
    println!("one runtime: {}", here == there);
}
