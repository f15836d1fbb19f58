//! The first of several futures wins, and all of them may be too slow.
//!
//! `cargo run --features smol --example race`

use std::future::{Future, poll_fn};
use std::task::Poll;

use portable::time::{Duration, sleep, timeout};

#[portable::main]
async fn main() {
    let mirrors = [("north", 3000), ("east", 10), ("south", 5000)];
    println!("{}", fetch(&mirrors, Duration::from_secs(2)).await);

    let mirrors = [("north", 3000), ("south", 5000)];
    println!("{}", fetch(&mirrors, Duration::from_millis(50)).await);

    eprintln!("this was {}", portable::runtime::current());
}

/// Asks all mirrors at once.
async fn fetch(mirrors: &[(&str, u64)], limit: Duration) -> String {
    let answers = mirrors.iter().map(|&(mirror, delay)| async move {
        // The sleep stands for a request.
        sleep(Duration::from_millis(delay)).await;
        format!("{mirror} answered")
    });
    match timeout(limit, first_of(answers)).await {
        Ok(answer) => answer,
        Err(_) => format!("no answer within {limit:?}"),
    }
}

/// Returns the output of the first future that is ready. The others are dropped, which cancels
/// them.
async fn first_of<F: Future>(futures: impl Iterator<Item = F>) -> F::Output {
    let mut futures: Vec<_> = futures.map(Box::pin).collect();
    poll_fn(|cx| {
        let mut polled = futures.iter_mut().map(|future| future.as_mut().poll(cx));
        polled.find(Poll::is_ready).unwrap_or(Poll::Pending)
    })
    .await
}
