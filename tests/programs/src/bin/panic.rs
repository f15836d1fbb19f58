//! Panics, with tasks pending, one closure running and one waiting.

use std::future::pending;
use std::sync::mpsc;
use std::thread;

use portable::task;
use portable::time::Duration;

struct SaysWhenDropped(&'static str);

impl Drop for SaysWhenDropped {
    fn drop(&mut self) {
        println!("{} is dropped", self.0);
    }
}

async fn pending_with(_held: SaysWhenDropped) {
    pending::<()>().await;
}

#[portable::main(max_blocking_threads = 1)]
async fn main() {
    let (started, is_started) = mpsc::channel();
    portable::spawn(pending_with(SaysWhenDropped("a task")));
    task::spawn_local(pending_with(SaysWhenDropped("a local task")));
    task::spawn_blocking(move || {
        started.send(()).unwrap();
        thread::sleep(Duration::from_millis(100));
        println!("the closure that runs ends");
    });
    let queued = SaysWhenDropped("the closure that waits");
    task::spawn_blocking(move || {
        let _queued = queued;
        println!("the closure that waits runs");
    });
    is_started.recv().unwrap();
    panic!("of main");
}
