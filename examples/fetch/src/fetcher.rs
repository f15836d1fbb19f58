use std::sync::Arc;

use portable::sync::{Mutex, Semaphore};
use portable::time::{Duration, Interval, MissedTickBehavior, interval, sleep};
use reqwest::{Client, StatusCode};

/// What a fetcher keeps to.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most requests at once.
    pub at_once: usize,
    /// The time from the start of a request to that of the next one.
    pub every: Duration,
    /// The time that a request may take.
    pub timeout: Duration,
    /// How often a page is asked for, as long as the server is busy.
    pub attempts: u32,
}

/// Fetches pages at a rate. A clone shares the limits and the connections.
#[derive(Clone, Debug)]
pub struct Fetcher {
    client: Client,
    places: Arc<Semaphore>,
    starts: Arc<Mutex<Interval>>,
    limits: Limits,
}

impl Fetcher {
    /// Makes a fetcher.
    ///
    /// # Errors
    ///
    /// Returns reqwest's error if it cannot make a client.
    pub fn new(limits: Limits) -> reqwest::Result<Self> {
        let mut starts = interval(limits.every);
        // A request that comes late moves those after it: they do not catch up.
        starts.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Self {
            // A server on this machine is not behind the proxy that the environment names.
            client: Client::builder()
                .timeout(limits.timeout)
                .no_proxy()
                .build()?,
            places: Arc::new(Semaphore::new(limits.at_once)),
            starts: Arc::new(Mutex::new(starts)),
            limits,
        })
    }

    /// Fetches a page. Asks again after a while if the server is busy.
    ///
    /// # Errors
    ///
    /// Returns reqwest's error, also if the server has answered with one.
    pub async fn fetch(&self, url: &str) -> reqwest::Result<String> {
        let mut pause = self.limits.every;
        for _ in 1..self.limits.attempts {
            let answer = self.ask(url).await?;
            if answer.0 != StatusCode::SERVICE_UNAVAILABLE {
                return answer.1;
            }
            // Others have the place meanwhile.
            sleep(pause).await;
            pause *= 2;
        }
        self.ask(url).await?.1
    }

    /// Sends one request when it is its turn. Returns the status, and the text or what is wrong.
    async fn ask(&self, url: &str) -> reqwest::Result<(StatusCode, reqwest::Result<String>)> {
        // Nobody closes the semaphore.
        let _place = self.places.acquire().await;
        self.starts.lock().await.tick().await;
        let answer = self.client.get(url).send().await?;
        let status = answer.status();
        Ok(match answer.error_for_status() {
            Ok(answer) => (status, Ok(answer.text().await?)),
            Err(error) => (status, Err(error)),
        })
    }
}
