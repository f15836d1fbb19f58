use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use portable::hyper::Timer;
use portable::net::{TcpListener, TcpStream};
use portable::runtime::Handle;
use portable::shutdown::Shutdown;
use portable::{task, time};

use crate::{Exporter, as_json};

/// What the requests are answered from.
#[derive(Debug)]
struct State {
    runtime: Handle,
    exporter: Exporter,
}

/// Serves the page, the tasks and the metrics of this runtime until the end is requested.
///
/// # Errors
///
/// Returns `TimedOut` if a request is not answered ten seconds after the end was requested.
pub async fn serve(listener: TcpListener, shutdown: Shutdown) -> io::Result<()> {
    let runtime = Handle::current();
    let exporter = Exporter::new(runtime.metrics());
    let state = Arc::new(State { runtime, exporter });
    while let Some(accepted) = shutdown.run_until_requested(listener.accept()).await {
        match accepted {
            Ok((stream, _)) => {
                let (state, guard) = (state.clone(), shutdown.guard());
                let connection = task::Builder::new().name("http connection");
                connection.spawn(async move {
                    guard
                        .run_until_requested(connection_of(stream, state))
                        .await;
                })?;
            }
            Err(error) => {
                eprintln!("cannot accept: {error}");
                time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    Ok(shutdown.wait_for(Duration::from_secs(10)).await?)
}

async fn connection_of(stream: TcpStream, state: Arc<State>) {
    let service = service_fn(async |request: Request<Incoming>| {
        Ok::<_, Infallible>(answer(&state, request.uri().path()))
    });
    let mut http = http1::Builder::new();
    // hyper needs a timer for the time within which a request's head must come.
    http.timer(Timer::new());
    // A client that goes away is no error of the program.
    let _ = http.serve_connection(stream, service).await;
}

fn answer(state: &State, path: &str) -> Response<Full<Bytes>> {
    let (kind, body) = match path {
        "/" => ("text/html; charset=utf-8", include_str!("page.html").into()),
        "/tasks" => {
            let tasks = as_json(&state.runtime.dump());
            ("application/json", tasks.to_string())
        }
        "/metrics" => ("text/plain; version=0.0.4", state.exporter.text()),
        _ => {
            let mut missing = Response::new(Full::from("there are /, /tasks and /metrics\n"));
            *missing.status_mut() = StatusCode::NOT_FOUND;
            return missing;
        }
    };
    let mut response = Response::new(Full::from(body));
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
