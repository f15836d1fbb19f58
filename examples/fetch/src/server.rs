use std::collections::HashSet;
use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use portable::hyper::Timer;
use portable::net::TcpListener;
use portable::task;
use portable::time::{Duration, sleep};

/// The time that the server takes for a page.
const WORK: Duration = Duration::from_millis(5);

/// What the server has seen. A clone shows the same.
#[derive(Clone, Debug, Default)]
pub struct Seen(Arc<Mutex<Numbers>>);

#[derive(Debug, Default)]
struct Numbers {
    paths: HashSet<String>,
    now: usize,
    most: usize,
    busy: usize,
}

impl Seen {
    /// Returns the most requests that there were at once.
    pub fn most_at_once(&self) -> usize {
        self.with(|numbers| numbers.most)
    }

    /// Returns how often the server was busy.
    pub fn busy(&self) -> usize {
        self.with(|numbers| numbers.busy)
    }

    fn with<T>(&self, look: impl FnOnce(&mut Numbers) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Serves a page at each path but `/missing…`, until the task is aborted.
///
/// For a path that ends with `0` the server is busy when it is first asked.
///
/// # Errors
///
/// Returns an error if the listener fails.
pub async fn serve(listener: TcpListener, seen: Seen) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let seen = seen.clone();
        task::spawn(async move {
            let service = service_fn(async |request: Request<Incoming>| {
                Ok::<_, Infallible>(answer(request.uri().path(), &seen).await)
            });
            let mut http = http1::Builder::new();
            http.timer(Timer::new());
            if let Err(error) = http.serve_connection(stream, service).await {
                eprintln!("{error}");
            }
        });
    }
}

async fn answer(path: &str, seen: &Seen) -> Response<Full<Bytes>> {
    let is_first = seen.with(|numbers| {
        numbers.now += 1;
        numbers.most = numbers.most.max(numbers.now);
        numbers.paths.insert(path.into())
    });
    sleep(WORK).await;
    let is_busy = is_first && path.ends_with('0');
    seen.with(|numbers| {
        numbers.now -= 1;
        numbers.busy += usize::from(is_busy);
    });
    let (status, text) = match path {
        _ if is_busy => (StatusCode::SERVICE_UNAVAILABLE, "busy".into()),
        _ if path.starts_with("/missing") => (StatusCode::NOT_FOUND, "missing".into()),
        _ => (StatusCode::OK, format!("the page at {path}")),
    };
    let mut answer = Response::new(Full::new(Bytes::from(text)));
    *answer.status_mut() = status;
    answer
}
