//! Ends while a closure never does. The end waits for the closure only up to its limit.

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
