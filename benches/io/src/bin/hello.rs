//! Hello world by hyper, on `portable` or natively: `hello portable|native main|1|2` prints its
//! address and serves until it is killed.

use std::convert::Infallible;
use std::env;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};

async fn hello(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::new(Bytes::from_static(
        b"Hello, world!",
    ))))
}

/// Accepts connections for ever. `$io` turns a stream into hyper's IO.
macro_rules! serve {
    ($listener:ident, $spawn:path, $timer:expr, $io:expr) => {{
        println!("{}", $listener.local_addr().unwrap());
        loop {
            let (stream, _) = $listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let mut http = hyper::server::conn::http1::Builder::new();
            if let Some(timer) = $timer {
                http.timer(timer);
            }
            let connection = http.serve_connection($io(stream), service_fn(hello));
            let task = $spawn(async move {
                // wrk closes its connections in the middle of a request.
                let _ = connection.await;
            });
            detach(task);
        }
    }};
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [side, workers] = &arguments[..] else {
        panic!("usage: hello portable|native main|1|2");
    };
    let workers = workers.parse().ok();
    match side.as_str() {
        "portable" => on_portable(workers),
        _ => natively(workers),
    }
}

fn on_portable(workers: Option<usize>) {
    use portable::hyper::Timer;
    use portable::net::TcpListener;
    use portable::runtime::Builder;

    fn detach<T>(_: portable::task::JoinHandle<T>) {}

    let runtime = match workers {
        Some(workers) => Builder::new_multi_thread().worker_threads(workers).build(),
        None => Builder::new_current_thread().build(),
    };
    runtime.unwrap().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        serve!(listener, portable::spawn, Some(Timer::new()), |stream| {
            stream
        })
    })
}

#[cfg(feature = "tokio")]
fn natively(workers: Option<usize>) {
    use hyper_util::rt::{TokioIo, TokioTimer};
    use tokio::net::TcpListener;
    use tokio::runtime::Builder;

    fn detach<T>(_: tokio::task::JoinHandle<T>) {}

    let runtime = match workers {
        Some(workers) => Builder::new_multi_thread()
            .worker_threads(workers)
            .enable_all()
            .build(),
        None => Builder::new_current_thread().enable_all().build(),
    };
    runtime.unwrap().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        serve!(
            listener,
            tokio::spawn,
            Some(TokioTimer::new()),
            TokioIo::new
        )
    })
}

#[cfg(all(feature = "async-std", not(feature = "tokio")))]
fn natively(_workers: Option<usize>) {
    use async_std::net::TcpListener;
    use smol_hyper::rt::{FuturesIo, SmolTimer};

    fn detach<T>(_: async_std::task::JoinHandle<T>) {}

    async_std::task::block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let timer = Some(SmolTimer::new());
        serve!(
            listener,
            async_std::task::spawn,
            timer.clone(),
            FuturesIo::new
        )
    })
}

#[cfg(not(any(feature = "tokio", feature = "async-std")))]
fn natively(_workers: Option<usize>) {
    use smol::net::TcpListener;
    use smol_hyper::rt::{FuturesIo, SmolTimer};

    fn detach<T>(task: smol::Task<T>) {
        task.detach();
    }

    smol::block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let timer = Some(SmolTimer::new());
        serve!(listener, smol::spawn, timer.clone(), FuturesIo::new)
    })
}
