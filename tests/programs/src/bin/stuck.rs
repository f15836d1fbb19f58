//! Runs a task that spins on the only thread: `main` never gets the thread back.

#[portable::main(flavor = "current_thread")]
async fn main() {
    portable::spawn(async {
        println!("it spins");
        loop {
            std::thread::park();
        }
    });
    portable::task::yield_now().await;
    println!("the end");
}
