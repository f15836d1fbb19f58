//! What the fetcher keeps to, on each runtime that is compiled in.
#![cfg(unix)]

use std::net::SocketAddr;

use fetch_demo::{Fetcher, Limits, Seen, serve};
use portable::net::TcpListener;
use portable::task::{self, JoinSet};
use portable::time::{Duration, Instant};

const LIMITS: Limits = Limits {
    at_once: 3,
    every: Duration::from_millis(10),
    timeout: Duration::from_secs(20),
    attempts: 2,
};

async fn server() -> (
    SocketAddr,
    Seen,
    task::AbortOnDropHandle<std::io::Result<()>>,
) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let seen = Seen::default();
    let server = task::spawn(serve(listener, seen.clone()));
    (address, seen, task::AbortOnDropHandle::new(server))
}

#[portable::test(timeout = "60s")]
async fn pages_are_fetched_no_faster_than_the_limits() {
    let (address, seen, _server) = server().await;
    let fetcher = Fetcher::new(LIMITS).unwrap();
    let start = Instant::now();
    let mut pages = JoinSet::new();
    for page in 1..20 {
        let fetcher = fetcher.clone();
        pages.spawn(async move { fetcher.fetch(&format!("http://{address}/{page}")).await });
    }
    let mut texts = Vec::new();
    while let Some(page) = pages.join_next().await {
        texts.push(page.unwrap().unwrap());
    }
    texts.sort();
    let mut wanted: Vec<_> = (1..20).map(|page| format!("the page at /{page}")).collect();
    wanted.sort();
    assert_eq!(texts, wanted);
    // One of the pages was asked for twice.
    assert_eq!(seen.busy(), 1);
    // 20 requests, the first at once.
    assert!(
        start.elapsed() >= 18 * LIMITS.every,
        "{:?}",
        start.elapsed()
    );
    assert!(seen.most_at_once() <= LIMITS.at_once, "{seen:?}");
}

#[portable::test(timeout = "60s")]
async fn what_the_server_refuses_is_an_error() {
    let (address, seen, _server) = server().await;
    let fetcher = Fetcher::new(LIMITS).unwrap();
    let missing = fetcher.fetch(&format!("http://{address}/missing")).await;
    assert_eq!(missing.unwrap_err().status().unwrap(), 404);
    // A page that is never there is asked for once, and a busy server no more often than allowed.
    let impatient = Limits {
        attempts: 1,
        ..LIMITS
    };
    let fetcher = Fetcher::new(impatient).unwrap();
    let busy = fetcher.fetch(&format!("http://{address}/10")).await;
    assert_eq!(busy.unwrap_err().status().unwrap(), 503);
    assert_eq!(seen.busy(), 1);
}

#[portable::test(timeout = "60s")]
async fn a_server_that_does_not_answer_is_given_up() {
    // Connections are accepted by the system, and nobody reads them.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let timeout = Duration::from_millis(50);
    let fetcher = Fetcher::new(Limits { timeout, ..LIMITS }).unwrap();
    let error = fetcher.fetch(&format!("http://{address}/1")).await;
    assert!(error.unwrap_err().is_timeout());
}
