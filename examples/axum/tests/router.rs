//! Tests the router through real sockets, on each runtime that is compiled in.
#![cfg(unix)]

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum_demo::{router, serve};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, Response};
use portable::net::{TcpListener, TcpStream};
use portable::shutdown::Shutdown;
use portable::task::JoinHandle;
use portable::time::sleep;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

async fn start(limit: Duration) -> Result<(SocketAddr, Shutdown, JoinHandle<io::Result<()>>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let shutdown = Shutdown::new();
    let served = portable::spawn(serve(listener, router(limit), shutdown.clone()));
    Ok((address, shutdown, served))
}

struct Client(SendRequest<String>);

impl Client {
    async fn connect(address: SocketAddr) -> Result<Self> {
        let (sender, connection) = handshake(TcpStream::connect(address).await?).await?;
        portable::spawn(async { drop(connection.await) });
        Ok(Self(sender))
    }

    async fn send(&mut self, method: &str, path: &str, json: &str) -> Result<Response<Incoming>> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "localhost")
            .header("content-type", "application/json")
            .body(json.to_string())?;
        self.0.ready().await?;
        Ok(self.0.send_request(request).await?)
    }

    async fn request(&mut self, method: &str, path: &str, json: &str) -> Result<(u16, String)> {
        let answer = self.send(method, path, json).await?;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await?.to_bytes();
        Ok((status, String::from_utf8(body.into())?))
    }
}

#[portable::test(timeout = "60s")]
async fn routes_extractors_and_answers() -> Result {
    let (address, shutdown, served) = start(Duration::from_secs(60)).await?;
    let mut client = Client::connect(address).await?;
    for (method, path, json, status, answer) in [
        ("GET", "/notes", "", 200, "[]"),
        (
            "POST",
            "/notes",
            "{\"text\":\"milk\"}",
            201,
            "{\"id\":0,\"text\":\"milk\"}",
        ),
        ("GET", "/notes/0", "", 200, "{\"id\":0,\"text\":\"milk\"}"),
        ("GET", "/notes", "", 200, "[{\"id\":0,\"text\":\"milk\"}]"),
        ("GET", "/slow?millis=20", "", 200, "that took a while"),
        ("GET", "/notes/1", "", 404, ""),
        ("GET", "/elsewhere", "", 404, ""),
        ("DELETE", "/notes", "", 405, ""),
        ("GET", "/ticks?millis=0", "", 400, ""),
    ] {
        let got = client.request(method, path, json).await?;
        assert_eq!(got, (status, answer.to_string()), "{method} {path}");
    }
    // The text of these answers is axum's, so only the status is checked.
    for (method, path, json, status) in [
        ("POST", "/notes", "{", 400),
        ("POST", "/notes", "{}", 422),
        ("GET", "/notes/first", "", 400),
        ("GET", "/slow", "", 400),
    ] {
        let got = client.request(method, path, json).await?;
        assert_eq!(got.0, status, "{method} {path}");
    }
    shutdown.request();
    served.await??;
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn a_middleware_limits_the_time() -> Result {
    let (address, ..) = start(Duration::from_millis(50)).await?;
    let mut client = Client::connect(address).await?;
    let (status, _) = client.request("GET", "/slow?millis=3600000", "").await?;
    assert_eq!(status, 504);
    let (status, _) = client.request("GET", "/slow?millis=1", "").await?;
    assert_eq!(status, 200);
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn events_come_as_they_are_sent() -> Result {
    let (address, ..) = start(Duration::from_millis(50)).await?;
    let mut client = Client::connect(address).await?;
    let mut answer = client.send("GET", "/ticks?millis=50", "").await?;
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut events = String::new();
    while !events.contains("data: 2\n\n") {
        let frame = answer.frame().await.ok_or("it ticks for ever")??;
        let data = frame.into_data().map_err(|_| "it has no trailers")?;
        events += std::str::from_utf8(&data)?;
    }
    assert_eq!(events, "data: 0\n\ndata: 1\n\ndata: 2\n\n");
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn a_request_under_way_is_answered_at_the_end() -> Result {
    let (address, shutdown, served) = start(Duration::from_secs(60)).await?;
    let mut idle = Client::connect(address).await?;
    idle.request("GET", "/notes", "").await?;
    let mut client = Client::connect(address).await?;
    let request =
        portable::spawn(async move { client.request("GET", "/slow?millis=500", "").await });
    sleep(Duration::from_millis(100)).await;
    shutdown.request();
    served.await??;
    assert_eq!(request.await??, (200, "that took a while".into()));
    idle.request("GET", "/notes", "").await.unwrap_err();
    Ok(())
}
