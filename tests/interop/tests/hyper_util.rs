//! Tests of hyper-util's client and server, with our executor, timer, streams and connector.
#![cfg(all(unix, feature = "_runtime"))]

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, Uri, Version};
use hyper_util::client::legacy::Client;
use hyper_util::server::conn::auto;
use portable::adapters::HttpConnector;
use portable::hyper::{Executor, Timer};
use portable::net::TcpListener;
use portable::task;
use portable::time::{Duration, sleep};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

async fn hello(request: Request<Incoming>) -> std::result::Result<Response<String>, Infallible> {
    let version = request.version();
    Ok(Response::new(format!(
        "{} by {version:?}",
        request.uri().path()
    )))
}

/// Serves both versions of HTTP. Returns the address, and the number of connections so far.
async fn serve(address: &str) -> Result<(SocketAddr, Arc<AtomicUsize>)> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let connections = Arc::new(AtomicUsize::new(0));
    let count = connections.clone();
    task::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            task::spawn(async move {
                let mut server = auto::Builder::new(Executor::new());
                server.http1().timer(Timer::new());
                server.http2().timer(Timer::new());
                // The client ends the connection as it likes.
                let _ = server.serve_connection(stream, service_fn(hello)).await;
            });
        }
    });
    Ok((address, connections))
}

type HttpClient = Client<HttpConnector, Empty<Bytes>>;

fn client(idle: Duration) -> HttpClient {
    Client::builder(Executor::new())
        .timer(Timer::new())
        .pool_timer(Timer::new())
        .pool_idle_timeout(idle)
        .build(HttpConnector::new())
}

async fn get(client: &HttpClient, uri: String) -> Result<Bytes> {
    let response = client.get(uri.parse()?).await?;
    assert_eq!(response.status(), StatusCode::OK);
    Ok(response.into_body().collect().await?.to_bytes())
}

#[portable::test(timeout = "60s")]
async fn requests_share_a_connection() -> Result {
    let (address, connections) = serve("127.0.0.1:0").await?;
    let client = client(Duration::from_secs(60));
    for n in 0..10 {
        let body = get(&client, format!("http://{address}/{n}")).await?;
        assert_eq!(body, format!("/{n} by HTTP/1.1"));
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
    let mut requests = task::JoinSet::new();
    for n in 0..20 {
        let client = client.clone();
        requests.spawn(async move { get(&client, format!("http://{address}/{n}")).await });
    }
    while let Some(body) = requests.join_next().await {
        body??;
    }
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn a_connection_that_is_not_used_is_closed_in_time() -> Result {
    let (address, connections) = serve("127.0.0.1:0").await?;
    let client = client(Duration::from_millis(20));
    get(&client, format!("http://{address}/first")).await?;
    sleep(Duration::from_millis(100)).await;
    get(&client, format!("http://{address}/second")).await?;
    assert_eq!(connections.load(Ordering::SeqCst), 2);
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn http2_runs_its_tasks_on_our_executor() -> Result {
    let (address, connections) = serve("127.0.0.1:0").await?;
    let client: HttpClient = Client::builder(Executor::new())
        .http2_only(true)
        .timer(Timer::new())
        .build(HttpConnector::new());
    let mut requests = task::JoinSet::new();
    for n in 0..20 {
        let client = client.clone();
        let uri: Uri = format!("http://{address}/{n}").parse()?;
        requests.spawn(async move { client.get(uri).await });
    }
    while let Some(response) = requests.join_next().await {
        assert_eq!(response??.version(), Version::HTTP_2);
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn the_connector_takes_names_and_addresses_of_both_families() -> Result {
    let client = client(Duration::from_secs(60));
    let (address, _) = serve("127.0.0.1:0").await?;
    get(&client, format!("http://localhost:{}/", address.port())).await?;
    // A machine may be without IPv6.
    if let Ok((address, _)) = serve("[::1]:0").await {
        let body = get(&client, format!("http://{address}/")).await?;
        assert_eq!(body, "/ by HTTP/1.1");
    }
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn the_connector_refuses_what_it_cannot_do() -> Result {
    use tower_service::Service;

    let mut connector = HttpConnector::default();
    let error = connector
        .call("https://localhost/".parse()?)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let message = "portable: the scheme must be `http` in the address `https://localhost/`";
    assert_eq!(error.to_string(), message);
    let error = connector.call("/path".parse()?).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);

    // A connector for TLS takes the scheme away, but not the port.
    connector.enforce_http(false);
    connector.set_nodelay(true);
    let (address, _) = serve("127.0.0.1:0").await?;
    let stream = connector
        .call(format!("https://{address}/").parse()?)
        .await?;
    assert!(stream.nodelay()?);
    assert_eq!(stream.peer_addr()?, address);
    Ok(())
}
