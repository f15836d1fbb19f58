use std::convert::Infallible;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use portable::hyper::Timer;
use portable::net::{TcpListener, TcpStream};
use portable::shutdown::{Guard, Shutdown};
use portable::{task, time};

use crate::{Api, Store};

/// The time that requests may still take once the end was requested.
pub const MAX_END: Duration = Duration::from_secs(10);

/// Serves until the end is requested and all requests are answered. Returns the number of requests.
///
/// # Errors
///
/// Returns `TimedOut` if some request is not answered [`MAX_END`] after the end was requested.
pub async fn serve(listener: TcpListener, store: Store, shutdown: Shutdown) -> io::Result<u64> {
    let api = Api::new(store);
    let requests = Arc::new(AtomicU64::new(0));
    while let Some(accepted) = shutdown.run_until_requested(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) => {
                let (api, requests) = (api.clone(), requests.clone());
                task::spawn(connection(stream, peer, api, requests, shutdown.guard()));
            }
            Err(error) => {
                // Too many files are open, or the like: the loop waits until others have closed
                // theirs.
                eprintln!("cannot accept: {error}");
                time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    // The operating system refuses new connections from here on.
    drop(listener);
    shutdown.wait_for(MAX_END).await?;
    Ok(requests.load(Ordering::Relaxed))
}

/// Serves one connection, on which there may be any number of requests.
async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    api: Api,
    requests: Arc<AtomicU64>,
    guard: Guard,
) {
    let service = service_fn(async |request: Request<Incoming>| {
        requests.fetch_add(1, Ordering::Relaxed);
        let start = Instant::now();
        let line = format!("{peer} {} {}", request.method(), request.uri());
        let answer = api.answer(request).await;
        log(format_args!(
            "{line} {} {:?}",
            answer.status().as_u16(),
            start.elapsed()
        ));
        Ok::<_, Infallible>(answer)
    });
    let mut http = http1::Builder::new();
    // hyper needs a timer for the time within which a request's head must come.
    http.timer(Timer::new());

    let mut connection = pin!(http.serve_connection(stream, service));
    let mut served = guard.run_until_requested(connection.as_mut()).await;
    if served.is_none() {
        // Answers the request that has come, if one has, and waits for no other.
        connection.as_mut().graceful_shutdown();
        served = Some(connection.await);
    }
    if let Some(Err(error)) = served {
        eprintln!("{peer} {error}");
    }
}

/// Prints a line to the standard output. A missing reader is no reason to end.
fn log(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(io::stdout(), "{line}");
}
