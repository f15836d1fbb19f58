//! Ends while a task spins, which cannot keep the process.

#[portable::main(worker_threads = 2, shutdown_timeout = "200ms")]
async fn main() {
    let (started, is_started) = std::sync::mpsc::channel();
    portable::spawn(async move {
        started.send(()).unwrap();
        loop {
            std::hint::spin_loop();
        }
    });
    is_started.recv().unwrap();
    println!("the end");
}
