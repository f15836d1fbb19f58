//! Hello on Tokio.

#[tokio::main]
async fn main() {
    let task = tokio::spawn(async { 42 });
    println!("hello {}", task.await.unwrap());
}
