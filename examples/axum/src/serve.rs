use std::io;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use portable::hyper::Timer;
use portable::net::{TcpListener, TcpStream};
use portable::shutdown::{Guard, Shutdown};
use portable::{task, time};
use tower_service::Service;

/// Serves until the end is requested and all requests are answered. Replaces `axum::serve` with its
/// `with_graceful_shutdown`.
///
/// # Errors
///
/// Returns `TimedOut` if some request is not answered ten seconds after the end was requested.
pub async fn serve(listener: TcpListener, router: Router, shutdown: Shutdown) -> io::Result<()> {
    while let Some(accepted) = shutdown.run_until_requested(listener.accept()).await {
        match accepted {
            Ok((stream, _)) => {
                task::spawn(connection(stream, router.clone(), shutdown.guard()));
            }
            // Too many files are open, or the like: the loop waits until others have closed theirs.
            Err(_) => time::sleep(Duration::from_millis(100)).await,
        }
    }
    drop(listener);
    Ok(shutdown.wait_for(Duration::from_secs(10)).await?)
}

async fn connection(stream: TcpStream, router: Router, guard: Guard) {
    // A router is always ready, and a clone of it is cheap.
    let service = service_fn(move |request: Request<Incoming>| router.clone().call(request));
    let mut http = http1::Builder::new();
    http.timer(Timer::new());

    let mut connection = pin!(http.serve_connection(stream, service));
    let served = guard.run_until_requested(connection.as_mut()).await;
    if served.is_none() {
        // Answers the request that has come, if one has, and waits for no other.
        connection.as_mut().graceful_shutdown();
        // A failure of one connection does not concern the others.
        let _ = connection.await;
    }
}
