//! A firmware.

use core::sync::atomic::{AtomicU32, Ordering};

use bare::{blink, count};
use portable::task::yield_now;
use portable::time::Duration;

static COUNTER: AtomicU32 = AtomicU32::new(0);

#[portable::main]
async fn main(_spawner: portable::runtime::Spawner) {
    let counter = portable::spawn_task!(count(&COUNTER, Duration::from_secs(1)));
    let blinks = portable::spawn(blink(3, Duration::from_millis(500)));
    while !blinks.is_finished() {
        yield_now().await;
        embassy_time::MockDriver::get().advance(embassy_time::Duration::from_millis(10));
    }
    println!("{} blinks", blinks.await.unwrap());
    counter.abort();
    println!("{}", counter.await.unwrap_err().is_cancelled());
    println!(
        "{} counts on {}",
        COUNTER.load(Ordering::Relaxed),
        portable::runtime::current()
    );
    // The executor runs for ever, also on the host.
    std::process::exit(0);
}
