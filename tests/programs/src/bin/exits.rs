//! Leaves by `process::exit` within a task.

#[portable::main]
async fn main() {
    let task = portable::spawn(async {
        println!("the end");
        std::process::exit(7);
    });
    task.await.unwrap();
}
