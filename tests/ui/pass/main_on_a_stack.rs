use std::error::Error;
use std::rc::Rc;
use std::sync::atomic::{AtomicU8, Ordering};

static STEPS: AtomicU8 = AtomicU8::new(0);

fn set_up() {
    assert_eq!(STEPS.swap(1, Ordering::Relaxed), 0);
}

fn workers() -> usize {
    assert_eq!(STEPS.swap(2, Ordering::Relaxed), 1);
    2
}

const MIB: usize = 1024 * 1024;

#[portable::main(stack_size = 64 * MIB, init = set_up, worker_threads = workers(), name = "main")]
async fn main() -> Result<(), Box<dyn Error>> {
    assert_eq!(STEPS.load(Ordering::Relaxed), 2);
    assert_eq!(std::thread::current().name(), Some("main"));
    // Neither the future nor the output need be `Send`.
    let size = Rc::new(16 * MIB);
    let big = [1_u8; 16 * MIB];
    portable::task::yield_now().await;
    assert_eq!(big.len(), *size);
    Ok(())
}
