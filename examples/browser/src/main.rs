//! A page with a button and a progress bar.
//!
//! One task counts primes, and lets the page go on between the steps. Another one is a clock. The button
//! starts the first, and cancels it while it runs.

mod page;

use portable::select;
use portable::sync::watch;
use portable::task;
use portable::time::{Duration, Instant, interval};

use page::Page;

/// The primes are counted below this number.
const END: u32 = 2_000_000;

/// The numbers that are looked at in a row.
const STEP: u32 = 2_000;

#[portable::main]
async fn main() {
    let mut page = Page::find();
    task::spawn_local(clock(page.clone()));
    page.say("Ready");
    loop {
        page.clicked().await;
        let (progress, mut changes) = watch::channel(0);
        let mut count = task::spawn(count_primes(progress));
        page.label("Cancel");
        let outcome = loop {
            select! {
                counted = &mut count => break counted,
                () = page.clicked() => count.abort(),
                Ok(()) = changes.changed() => page.advance(*changes.borrow_and_update(), END),
            }
        };
        match outcome {
            Ok(primes) => page.say(&format!("{primes} primes below {END}")),
            Err(error) if error.is_cancelled() => page.say("Cancelled"),
            Err(error) => page.say(&format!("{error}")),
        }
        page.label("Start");
    }
}

/// Counts the primes, and tells how far it is.
async fn count_primes(progress: watch::Sender<u32>) -> usize {
    let is_prime = |n: &u32| {
        let mut divisors = (2..).take_while(|divisor| divisor * divisor <= *n);
        *n > 1 && divisors.all(|divisor| n % divisor != 0)
    };
    let mut primes = 0;
    for start in (0..END).step_by(STEP as usize) {
        primes += (start..start + STEP).filter(is_prime).count();
        progress.send_replace(start + STEP);
        // The page draws itself, and its other tasks run.
        task::yield_now().await;
    }
    primes
}

/// Shows how long the page has been open.
async fn clock(page: Page) {
    let start = Instant::now();
    let mut ticks = interval(Duration::from_millis(100));
    loop {
        ticks.tick().await;
        page.tick(start.elapsed());
    }
}
