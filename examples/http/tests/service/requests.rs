//! Tests of single requests, good and bad, to a service in this process.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use http_body_util::BodyExt;
use http_demo::{MAX_VALUE, Store, serve};
use hyper::StatusCode;
use hyper::body::{Body, Bytes, Frame};
use portable::io::{AsyncReadExt, AsyncWriteExt};
use portable::net::{TcpListener, TcpStream};
use portable::shutdown::Shutdown;
use portable::task::JoinHandle;
use portable::time::sleep;

use crate::Result;
use crate::client::Client;

struct Service {
    address: SocketAddr,
    store: Store,
    shutdown: Shutdown,
    served: JoinHandle<io::Result<u64>>,
}

impl Service {
    async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let store = Store::default();
        let shutdown = Shutdown::new();
        let served = portable::spawn(serve(listener, store.clone(), shutdown.clone()));
        Ok(Self {
            address,
            store,
            shutdown,
            served,
        })
    }

    async fn client(&self) -> Result<Client> {
        Client::connect(self.address).await
    }

    /// Returns the answer to exactly these bytes, on a connection for them alone.
    async fn raw(&self, bytes: &str) -> Result<String> {
        let mut stream = TcpStream::connect(self.address).await?;
        stream.write_all(bytes.as_bytes()).await?;
        stream.shutdown().await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer)
    }

    /// Ends the service, which must not take long, and returns the number of requests.
    async fn end(self) -> Result<u64> {
        let start = Instant::now();
        self.shutdown.request();
        let requests = self.served.await??;
        assert!(start.elapsed() < Duration::from_secs(8));
        Ok(requests)
    }
}

fn is_error(answer: &(StatusCode, String), status: StatusCode) {
    assert_eq!(answer.0, status);
    let json: serde_json::Value = serde_json::from_str(&answer.1).expect("errors are JSON");
    assert!(json["error"].is_string(), "{json}");
}

#[portable::test(timeout = "60s")]
async fn values_are_put_got_listed_exported_and_deleted() -> Result {
    let service = Service::start().await?;
    let mut client = service.client().await?;
    for (method, path, body, status, answer) in [
        ("GET", "/keys", "", 200, "[]"),
        ("GET", "/export", "", 200, ""),
        ("PUT", "/keys/b", "{ \"x\": [1, 2] }", 201, ""),
        ("PUT", "/keys/a%20b", "null", 201, ""),
        ("PUT", "/keys/b", "{ \"x\": [3] }", 204, ""),
        ("GET", "/keys/b", "", 200, "{\"x\":[3]}"),
        ("GET", "/keys", "", 200, "[\"a%20b\",\"b\"]"),
        (
            "GET",
            "/export",
            "",
            200,
            "{\"a%20b\":null}\n{\"b\":{\"x\":[3]}}\n",
        ),
        ("DELETE", "/keys/b", "", 204, ""),
        ("GET", "/keys", "", 200, "[\"a%20b\"]"),
    ] {
        let got = client.request(method, path, body).await?;
        let wanted = (StatusCode::from_u16(status)?, answer.to_string());
        assert_eq!(got, wanted, "{method} {path}");
    }
    assert_eq!(service.end().await?, 10);
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn bad_requests_are_answered_and_the_connection_goes_on() -> Result {
    let service = Service::start().await?;
    let mut client = service.client().await?;
    for (method, path, body, status) in [
        ("GET", "/", "", 404),
        ("GET", "/keys/", "", 404),
        ("GET", "/keys/none", "", 404),
        ("DELETE", "/keys/none", "", 404),
        ("GET", "/elsewhere", "", 404),
        ("POST", "/keys", "1", 405),
        ("DELETE", "/export", "", 405),
        ("PATCH", "/keys/k", "1", 405),
        ("PUT", "/keys/k", "", 400),
        ("PUT", "/keys/k", "{", 400),
        ("PUT", "/keys/k", "1 2", 400),
    ] {
        let answer = client.request(method, path, body).await?;
        is_error(&answer, StatusCode::from_u16(status)?);
    }
    let answer = client.send("POST", "/keys/k", "1").await?;
    assert_eq!(answer.headers()["allow"], "GET, PUT, DELETE");
    answer.into_body().collect().await?;
    // JSON is text, and these bytes are not.
    let (status, _) = client.request("PUT", "/keys/k", &b"\"\xff\""[..]).await?;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(service.store.keys().is_empty());
    service.end().await?;
    Ok(())
}

/// A number that does not end.
struct Endless;

impl Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b'1'; 1024])))))
    }
}

#[portable::test(timeout = "60s")]
async fn a_value_has_a_limit() -> Result {
    let service = Service::start().await?;
    let largest = format!("\"{}\"", "v".repeat(MAX_VALUE - 2));
    let mut client = service.client().await?;
    let (status, _) = client.request("PUT", "/keys/k", largest.clone()).await?;
    assert_eq!(status, StatusCode::CREATED);
    let (_, value) = client.request("GET", "/keys/k", "").await?;
    assert!(value == largest);
    let answer = client.request("PUT", "/keys/k", largest + " ").await?;
    is_error(&answer, StatusCode::PAYLOAD_TOO_LARGE);

    // A value that is far too large is not read to its end, whether its length is known or not.
    let stream = TcpStream::connect(service.address).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await?;
    portable::spawn(async { drop(connection.await) });
    let request = hyper::Request::put("/keys/endless").header("host", "localhost");
    let answer = sender.send_request(request.body(Endless)?).await?;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(service.store.keys(), ["k"]);
    service.end().await?;
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn what_is_no_http_is_refused() -> Result {
    let service = Service::start().await?;
    let answer = service.raw("hello\r\n\r\n").await?;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    let (status, _) = service.client().await?.request("GET", "/keys", "").await?;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(service.end().await?, 1);
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn a_client_may_vanish_at_any_point() -> Result {
    let service = Service::start().await?;
    // The values exceed the buffers of the sockets, so that a download is never done before it is
    // read.
    for key in 0..512 {
        let value = format!("\"{}\"", "v".repeat(MAX_VALUE - 2));
        service.store.put(&format!("{key:04}"), value.into());
    }
    for bytes in [
        "",
        "G",
        "GET /keys HTTP/1.1\r\nHo",
        "PUT /keys/half HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n\"ten bytes",
        "PUT /keys/half HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n",
        "GET /export HTTP/1.1\r\nHost: x\r\n\r\n",
    ] {
        // The connection is closed with an end, and by a reset.
        for reset in [false, true] {
            let mut stream = TcpStream::connect(service.address).await?;
            stream.write_all(bytes.as_bytes()).await?;
            if bytes.contains("export") {
                stream.read_exact(&mut [0; 1000]).await?;
            } else {
                sleep(Duration::from_millis(20)).await;
            }
            if reset {
                stream.set_zero_linger()?;
            }
        }
    }
    let mut client = service.client().await?;
    let (status, _) = client.request("GET", "/keys/half", "").await?;
    assert_eq!(status, StatusCode::NOT_FOUND);
    // The end does not wait for clients that have vanished.
    service.end().await?;
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn a_download_is_made_as_it_is_read() -> Result {
    let service = Service::start().await?;
    let value = format!("\"{}\"", "v".repeat(MAX_VALUE - 2));
    for key in 0..512 {
        let key = format!("{key:04}");
        service.store.put(&key, value.clone().into());
    }
    let mut client = service.client().await?;
    let answer = client.send("GET", "/export", "").await?;
    // By then the sockets are full, and most of the export has not been sent.
    sleep(Duration::from_millis(300)).await;
    service.store.put("last", "\"late\"".into());
    // An end that is requested now waits for the rest of the download.
    service.shutdown.request();
    let body = answer.into_body().collect().await?.to_bytes();
    assert!(body.len() > 512 * MAX_VALUE);
    assert!(body.ends_with(b"{\"last\":\"late\"}\n"));
    assert_eq!(service.end().await?, 1);
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn a_request_that_has_come_is_answered_after_the_end_was_requested() -> Result {
    let service = Service::start().await?;
    let mut idle = service.client().await?;
    idle.request("GET", "/keys", "").await?;
    let mut stream = TcpStream::connect(service.address).await?;
    stream
        .write_all(b"PUT /keys/k HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n4")
        .await?;
    sleep(Duration::from_millis(100)).await;
    service.shutdown.request();
    sleep(Duration::from_millis(100)).await;
    // New connections are refused, and an idle one is closed.
    let refused = TcpStream::connect(service.address).await.unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    idle.request("GET", "/keys", "").await.unwrap_err();

    stream.write_all(b"2").await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
    assert_eq!(service.store.get("k").as_deref(), Some(&b"42"[..]));
    assert_eq!(service.end().await?, 2);
    Ok(())
}
