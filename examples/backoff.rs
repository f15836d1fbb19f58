//! A retry with back-off, a cache whose entries expire, and a rate limiter, with tests of hours that take
//! milliseconds.
//!
//! ```console
//! $ cargo run --features smol,test-util --example backoff
//! $ cargo test --features smol,test-util --example backoff
//! ```

use std::collections::HashMap;
use std::hash::Hash;

use portable::time::{Duration, Instant, Interval, interval, sleep, timeout};

/// Calls `attempt` until it succeeds or `patience` is over, with pauses that double from 100 ms to a
/// minute.
async fn retry<T, E>(
    patience: Duration,
    mut attempt: impl AsyncFnMut() -> Result<T, E>,
) -> Option<T> {
    let attempts = async {
        let mut pause = Duration::from_millis(100);
        loop {
            if let Ok(done) = attempt().await {
                return done;
            }
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(60));
        }
    };
    timeout(patience, attempts).await.ok()
}

/// Values that are forgotten an hour after they were computed.
struct Cache<K, V>(HashMap<K, (Instant, V)>);

impl<K: Hash + Eq, V: Clone> Cache<K, V> {
    const LIFETIME: Duration = Duration::from_secs(3600);

    fn new() -> Self {
        Self(HashMap::new())
    }

    async fn get(&mut self, key: K, compute: impl AsyncFnOnce(&K) -> V) -> V {
        if let Some((since, value)) = self.0.get(&key)
            && since.elapsed() < Self::LIFETIME
        {
            return value.clone();
        }
        let value = compute(&key).await;
        self.0.insert(key, (Instant::now(), value.clone()));
        value
    }
}

/// Lets so many callers through in a second, evenly.
struct Limiter(Interval);

impl Limiter {
    fn new(in_a_second: u32) -> Self {
        Self(interval(Duration::from_secs(1) / in_a_second))
    }

    async fn pass(&mut self) {
        self.0.tick().await;
    }
}

/// The service is down for ten minutes. All of it happens in no time, because the clock is paused.
#[portable::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let start = Instant::now();
    let mut attempts = 0;
    let answer = retry(Duration::from_secs(3600), async || {
        attempts += 1;
        let is_up = start.elapsed() > Duration::from_secs(600);
        is_up.then_some("an answer").ok_or("refused")
    });
    match answer.await {
        Some(answer) => println!("{answer} after {attempts} attempts"),
        None => println!("no answer"),
    }

    let mut limiter = Limiter::new(2);
    let mut cache = Cache::new();
    let mut computed = 0;
    for _ in 0..2 * 3600 * 3 {
        limiter.pass().await;
        cache.get("key", async |_| computed += 1).await;
    }
    println!("computed {computed} times in three hours");
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[portable::test(start_paused = true)]
    async fn a_retry_gives_up_when_its_patience_is_over() {
        let start = Instant::now();
        let mut attempts = 0;
        let done = retry(HOUR, async || {
            attempts += 1;
            Err::<(), _>("refused")
        });
        assert_eq!(done.await, None);
        assert_eq!(start.elapsed().as_secs(), 3600);
        // 100 ms doubled ten times is more than a minute, and from there on it is one a minute.
        assert_eq!(attempts, 69);
    }

    #[portable::test(start_paused = true)]
    async fn a_retry_returns_the_first_success() {
        let start = Instant::now();
        let mut left = 4;
        let done = retry(HOUR, async || {
            left -= 1;
            if left == 0 {
                Ok("done")
            } else {
                Err("refused")
            }
        });
        assert_eq!(done.await, Some("done"));
        assert_eq!(start.elapsed().as_millis() / 100, 7);
    }

    #[portable::test(start_paused = true)]
    async fn an_entry_of_the_cache_lives_for_an_hour() {
        let mut cache = Cache::new();
        assert_eq!(cache.get("key", async |_| 1).await, 1);
        sleep(HOUR - Duration::from_secs(1)).await;
        assert_eq!(cache.get("key", async |_| 2).await, 1);
        sleep(Duration::from_secs(1)).await;
        assert_eq!(cache.get("key", async |_| 3).await, 3);
    }

    #[portable::test(start_paused = true)]
    async fn the_limiter_lets_ten_through_in_a_second() {
        let mut limiter = Limiter::new(10);
        let start = Instant::now();
        for _ in 0..=10 * 60 {
            limiter.pass().await;
        }
        assert_eq!(start.elapsed().as_secs(), 60);
    }
}
