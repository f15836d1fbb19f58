//! A server of axum and a client of reqwest, as a program on Tokio has them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

const LONG: Duration = Duration::from_secs(60);

async fn add(State(sum): State<Arc<AtomicU64>>, Path(number): Path<u64>) -> String {
    sleep(Duration::from_millis(1)).await;
    (sum.fetch_add(number, Relaxed) + number).to_string()
}

async fn late() -> &'static str {
    sleep(2 * LONG).await;
    "late"
}

#[tokio::test(timeout = "60s")]
async fn axum_serves_reqwest() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new()
        .route("/add/{number}", post(add))
        .route("/late", get(late))
        .with_state(Arc::new(AtomicU64::new(0)));
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(async move {
        let serve = axum::serve(listener, app);
        let ends = async { drop(stopped.await) };
        serve.with_graceful_shutdown(ends).await
    });

    let client = reqwest::Client::new();
    let mut requests = JoinSet::new();
    for number in 1..=20 {
        let request = client.post(format!("{base}/add/{number}"));
        requests.spawn(async move { request.send().await?.text().await });
    }
    let sums: Vec<u64> = requests
        .join_all()
        .await
        .into_iter()
        .map(|sum| sum.unwrap().parse().unwrap())
        .collect();
    assert_eq!(sums.into_iter().max(), Some(210));

    // Each gives up: reqwest by Tokio's timer, the program by ours.
    let late = || client.get(format!("{base}/late"));
    let error = late().timeout(Duration::from_millis(20)).send().await;
    assert!(error.unwrap_err().is_timeout());
    let given_up = timeout(Duration::from_millis(20), late().send()).await;
    given_up.unwrap_err();

    drop(client);
    stop.send(()).unwrap();
    timeout(LONG, server).await.unwrap().unwrap().unwrap();
}
