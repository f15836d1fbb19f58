//! Hello on async-std.

#[async_std::main]
async fn main() {
    let task = async_std::task::spawn(async { 42 });
    println!("hello {}", task.await);
}
