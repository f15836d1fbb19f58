//! Hello on the runtime that the feature names.

#[portable::main]
async fn main() {
    let task = portable::spawn(async { 42 });
    println!("hello {}", task.await.unwrap());
}
