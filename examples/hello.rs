//! The smallest program: an entry point and one task.
//!
//! `cargo run --features smol --example hello`

#[portable::main]
async fn main() {
    let greeting = portable::spawn(async { "hello, world" });
    println!("{}", greeting.await.expect("the task does not panic"));
    eprintln!("this was {}", portable::runtime::current());
}
