//! Ends while a closure never does: it is waited for, and then no longer.

#[portable::main(shutdown_timeout = "100ms")]
async fn main() {
    let (started, is_started) = std::sync::mpsc::channel();
    portable::task::spawn_blocking(move || {
        started.send(()).unwrap();
        loop {
            std::thread::park();
        }
    });
    is_started.recv().unwrap();
    println!("the end");
}
