//! Crates that need Tokio's context, each with its own client and server, on every runtime.
#![cfg(all(unix, feature = "_runtime", feature = "tokio-context"))]

use std::convert::Infallible;
use std::future::pending;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use futures::{SinkExt, StreamExt};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use portable::runtime;
use portable::task::{self, JoinHandle};
use portable::time::{Duration, sleep, timeout};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::rustls;
use tokio_tungstenite::tungstenite::Message;
use tokio_util::codec::{Framed, FramedRead, FramedWrite, LengthDelimitedCodec, LinesCodec};
use tokio_util::time::DelayQueue;
use tower::{ServiceBuilder, ServiceExt};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const SHORT: Duration = Duration::from_millis(2);

async fn bound() -> Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Starts `axum::serve` with a handler that uses `portable`.
async fn served() -> Result<(SocketAddr, JoinHandle<std::io::Result<()>>)> {
    let here = runtime::Handle::current().id();
    let hello = move |Path(name): Path<String>| async move {
        // axum's connections are tasks of `tokio::spawn`, which belong to our runtime.
        assert_eq!(runtime::Handle::current().id(), here);
        sleep(SHORT).await;
        let greeting = task::spawn(async { "hello" }).await.unwrap();
        format!("{greeting}, {name}")
    };
    let (listener, address) = bound().await?;
    let app = Router::new().route("/{name}", get(hello));
    let server = task::spawn(async move { axum::serve(listener, app).await });
    Ok((address, server))
}

#[portable::test(timeout = "60s", flavor = ["multi_thread", "current_thread"])]
async fn reqwest_and_axum() -> Result {
    let (address, server) = served().await?;
    let client = reqwest::Client::new();
    for n in 0..3 {
        let reply = client.get(format!("http://{address}/{n}")).send().await?;
        assert_eq!(reply.text().await?, format!("hello, {n}"));
    }
    // In many tasks at once.
    let fetch = |n| {
        let client = client.clone();
        task::spawn(async move {
            let request = client.get(format!("http://{address}/{n}"));
            request
                .timeout(Duration::from_secs(30))
                .send()
                .await?
                .text()
                .await
        })
    };
    for (n, task) in (0..20)
        .map(fetch)
        .collect::<Vec<_>>()
        .into_iter()
        .enumerate()
    {
        assert_eq!(task.await??, format!("hello, {n}"));
    }
    server.abort();
    assert!(server.await.unwrap_err().is_cancelled());
    Ok(())
}

#[portable::test(timeout = "60s", flavor = ["multi_thread", "current_thread"])]
async fn reqwest_gives_up_in_time() -> Result {
    let (listener, address) = bound().await?;
    let silent = task::spawn(async move {
        let kept = listener.accept().await;
        pending::<()>().await;
        drop(kept);
    });
    let client = reqwest::Client::builder().timeout(Duration::from_millis(50));
    let reply = client.build()?.get(format!("http://{address}/")).send();
    assert!(reply.await.unwrap_err().is_timeout());
    silent.abort();
    Ok(())
}

#[portable::test(timeout = "60s", flavor = ["multi_thread", "current_thread"])]
async fn axum_ends_gracefully() -> Result {
    let (listener, address) = bound().await?;
    let (stop, stopped) = futures::channel::oneshot::channel::<()>();
    let app = Router::new().route("/", get(|| async { "ok" }));
    let server = axum::serve(listener, app).with_graceful_shutdown(async {
        let _ = stopped.await;
    });
    let server = task::spawn(async move { server.await });
    let text = reqwest::get(format!("http://{address}/"))
        .await?
        .text()
        .await?;
    assert_eq!(text, "ok");
    drop(stop);
    server.await??;
    Ok(())
}

#[portable::test(timeout = "60s", flavor = ["multi_thread", "current_thread"])]
async fn the_pooling_client_of_hyper_util() -> Result {
    async fn echo(request: Request<Incoming>) -> Result<Response<Full<Bytes>>> {
        let body = request.into_body().collect().await?;
        Ok(Response::new(Full::new(body.to_bytes())))
    }

    let (listener, address) = bound().await?;
    let connections = Arc::new(AtomicUsize::new(0));
    let count = connections.clone();
    let server = task::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let stream = TokioIo::new(stream);
            let connection = hyper::server::conn::http1::Builder::new();
            tokio::spawn(connection.serve_connection(stream, service_fn(echo)));
        }
    });
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    for n in 0..10 {
        let body = Full::new(Bytes::from(format!("{n}")));
        let request = Request::post(format!("http://{address}/")).body(body)?;
        let reply = client.request(request).await?;
        let body = reply.into_body().collect().await?.to_bytes();
        assert_eq!(body, format!("{n}"));
    }
    // A connection was used again.
    assert!(connections.load(Ordering::SeqCst) < 10);
    server.abort();
    Ok(())
}

/// A service of gRPC, as tonic's code generator writes one.
mod greeter {
    use super::{Context, Infallible, Pin, Poll, sleep};
    use portable::time::Duration;
    use tonic::body::Body;
    use tonic::codegen::http::uri::PathAndQuery;
    use tonic::codegen::http::{Request, Response};
    use tonic::server::{Grpc, NamedService, UnaryService};
    use tonic::transport::Channel;
    use tonic::{Code, Status};
    use tonic_prost::ProstCodec;
    use tower::Service;

    const PATH: &str = "/test.Greeter/Greet";

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Name {
        #[prost(string, tag = "1")]
        pub(crate) name: String,
    }

    #[derive(Clone, Copy)]
    pub(crate) struct Greeter;

    impl NamedService for Greeter {
        const NAME: &'static str = "test.Greeter";
    }

    type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

    impl UnaryService<Name> for Greeter {
        type Response = Name;
        type Future = Boxed<Result<tonic::Response<Name>, Status>>;

        fn call(&mut self, request: tonic::Request<Name>) -> Self::Future {
            Box::pin(async {
                let Name { name } = request.into_inner();
                if name.is_empty() {
                    return Err(Status::invalid_argument("no name"));
                }
                if name == "slow" {
                    sleep(Duration::from_secs(3600)).await;
                }
                sleep(super::SHORT).await;
                let name = format!("hello, {name}");
                Ok(tonic::Response::new(Name { name }))
            })
        }
    }

    impl Service<Request<Body>> for Greeter {
        type Response = Response<Body>;
        type Error = Infallible;
        type Future = Boxed<Result<Self::Response, Infallible>>;

        fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, request: Request<Body>) -> Self::Future {
            let this = *self;
            Box::pin(async move {
                if request.uri().path() != PATH {
                    return Ok(Status::new(Code::Unimplemented, "").into_http());
                }
                let codec = ProstCodec::<Name, Name>::default();
                Ok(Grpc::new(codec).unary(this, request).await)
            })
        }
    }

    pub(crate) async fn greet(channel: &Channel, name: &str) -> Result<String, Status> {
        let mut client = tonic::client::Grpc::new(channel.clone());
        let failed = |error| Status::unknown(format!("not ready: {error}"));
        client.ready().await.map_err(failed)?;
        let mut request = tonic::Request::new(Name { name: name.into() });
        request.set_timeout(Duration::from_millis(300));
        let path = PathAndQuery::from_static(PATH);
        let codec = ProstCodec::<Name, Name>::default();
        let reply = client.unary(request, path, codec).await?;
        Ok(reply.into_inner().name)
    }
}

#[portable::test(timeout = "60s", flavor = ["multi_thread", "current_thread"])]
async fn tonic_calls_tonic() -> Result {
    let (listener, address) = bound().await?;
    let (stop, stopped) = futures::channel::oneshot::channel::<()>();
    let incoming = tonic::transport::server::TcpIncoming::from(listener);
    let server = tonic::transport::Server::builder()
        .add_service(greeter::Greeter)
        .serve_with_incoming_shutdown(incoming, async {
            let _ = stopped.await;
        });
    let server = task::spawn(server);
    let endpoint = tonic::transport::Endpoint::new(format!("http://{address}"))?;
    let channel = endpoint.connect().await?;
    assert_eq!(greeter::greet(&channel, "Ada").await?, "hello, Ada");
    let many = (0..20).map(|n| {
        let channel = channel.clone();
        task::spawn(async move { greeter::greet(&channel, &n.to_string()).await })
    });
    for (n, task) in many.collect::<Vec<_>>().into_iter().enumerate() {
        assert_eq!(task.await??, format!("hello, {n}"));
    }
    let error = greeter::greet(&channel, "").await.unwrap_err();
    assert_eq!(error.code(), tonic::Code::InvalidArgument);
    // The server's own limit, a timer of Tokio's.
    let error = greeter::greet(&channel, "slow").await.unwrap_err();
    let codes = [tonic::Code::Cancelled, tonic::Code::DeadlineExceeded];
    assert!(codes.contains(&error.code()), "{error}");
    drop(channel);
    drop(stop);
    server.await??;
    Ok(())
}

#[portable::test(timeout = "60s", flavor = ["multi_thread", "current_thread"])]
async fn layers_of_tower() -> Result {
    let double = tower::service_fn(|number: u64| async move {
        sleep(Duration::from_millis(number)).await;
        Ok::<_, Infallible>(number * 2)
    });
    let service = ServiceBuilder::new()
        .buffer(16)
        .concurrency_limit(2)
        .rate_limit(1000, Duration::from_millis(1))
        .timeout(Duration::from_millis(500))
        .service(double);
    let calls = (0..5).map(|number| {
        let service = service.clone();
        task::spawn(async move { service.oneshot(number).await })
    });
    for (number, call) in calls.collect::<Vec<_>>().into_iter().enumerate() {
        assert_eq!(call.await??, number as u64 * 2);
    }
    let error = service.oneshot(3_600_000).await.unwrap_err();
    assert!(error.is::<tower::timeout::error::Elapsed>(), "{error}");
    Ok(())
}

#[portable::test(timeout = "60s", flavor = ["multi_thread", "current_thread"])]
async fn a_delay_queue() -> Result {
    let mut queue = DelayQueue::new();
    for number in [3, 1, 2] {
        queue.insert(number, SHORT * 10 * number);
    }
    let late = queue.insert(4, Duration::from_secs(3600));
    queue.remove(&late);
    let mut order = Vec::new();
    while let Some(expired) = queue.next().await {
        order.push(expired.into_inner());
    }
    assert_eq!(order, [1, 2, 3]);
    Ok(())
}

#[portable::test(timeout = "60s", flavor = ["multi_thread", "current_thread"])]
async fn codecs_take_sockets_of_both() -> Result {
    // Ours on one side, Tokio's on the other.
    let listener = portable::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = task::spawn(async move {
        let (stream, _) = listener.accept().await?;
        let (read, write) = stream.into_split();
        let mut lines = FramedRead::new(read, LinesCodec::new());
        let mut frames = FramedWrite::new(write, LengthDelimitedCodec::new());
        while let Some(line) = lines.next().await {
            frames.send(Bytes::from(line?)).await?;
        }
        Result::Ok(())
    });
    let (read, write) = TcpStream::connect(address).await?.into_split();
    let mut lines = FramedWrite::new(write, LinesCodec::new());
    let mut frames = FramedRead::new(read, LengthDelimitedCodec::new());
    for n in 0..10 {
        lines.send(format!("line {n}")).await?;
        let frame = frames.next().await.ok_or("it has ended")??;
        assert_eq!(frame, format!("line {n}"));
    }
    drop(lines);
    server.await??;
    let (here, there) = portable::net::UnixStream::pair()?;
    let mut here = Framed::new(here, LinesCodec::new());
    let mut there = Framed::new(there, LinesCodec::new());
    here.send("both ways").await?;
    assert_eq!(there.next().await.ok_or("it has ended")??, "both ways");
    Ok(())
}

#[portable::test(timeout = "60s", flavor = ["multi_thread", "current_thread"])]
async fn web_sockets() -> Result {
    let (listener, address) = bound().await?;
    let server = task::spawn(async move {
        for _ in 0..2 {
            let (stream, _) = listener.accept().await?;
            let mut socket = tokio_tungstenite::accept_async(stream).await?;
            while let Some(message) = socket.next().await {
                let message = message?;
                if message.is_text() {
                    socket.send(message).await?;
                }
            }
        }
        Result::Ok(())
    });
    let url = format!("ws://{address}/");
    let (mut theirs, _) = tokio_tungstenite::connect_async(&url).await?;
    for n in 0..10 {
        theirs.send(Message::text(format!("{n}"))).await?;
        let reply = theirs.next().await.ok_or("it has ended")??;
        assert_eq!(reply.into_text()?, format!("{n}"));
    }
    theirs.close(None).await?;
    // Over a socket of ours.
    let stream = portable::net::TcpStream::connect(address).await?;
    let (mut ours, _) = tokio_tungstenite::client_async(&url, stream).await?;
    ours.send(Message::text("ours")).await?;
    let reply = ours.next().await.ok_or("it has ended")??;
    assert_eq!(reply.into_text()?, "ours");
    ours.close(None).await?;
    drop((theirs, ours));
    server.await??;
    Ok(())
}

#[portable::test(timeout = "60s", flavor = ["multi_thread", "current_thread"])]
async fn tls() -> Result {
    let own = rcgen::generate_simple_self_signed(["localhost".into()])?;
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(own.signing_key.serialize_der());
    let mut trusted = rustls::RootCertStore::empty();
    trusted.add(own.cert.der().clone())?;
    let server = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key.into())?;
    let client = rustls::ClientConfig::builder()
        .with_root_certificates(trusted)
        .with_no_client_auth();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(server));
    let connector = tokio_rustls::TlsConnector::from(Arc::new(client));
    let (listener, address) = bound().await?;
    let server = task::spawn(async move {
        for _ in 0..2 {
            let (stream, _) = listener.accept().await?;
            let mut stream = acceptor.accept(stream).await?;
            let mut text = [0; 5];
            stream.read_exact(&mut text).await?;
            stream.write_all(&text).await?;
            stream.shutdown().await?;
        }
        Result::Ok(())
    });
    let name = rustls::pki_types::ServerName::try_from("localhost")?;
    let theirs = TcpStream::connect(address).await?;
    let mut theirs = connector.connect(name.clone(), theirs).await?;
    let ours = async {
        theirs.write_all(b"hello").await?;
        let mut text = String::new();
        theirs.read_to_string(&mut text).await?;
        Result::Ok(text)
    };
    assert_eq!(ours.await?, "hello");
    let stream = portable::net::TcpStream::connect(address).await?;
    let mut stream = connector.connect(name, stream).await?;
    stream.write_all(b"again").await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    assert_eq!(text, "again");
    server.await??;
    Ok(())
}

#[portable::test(timeout = "60s", flavor = ["multi_thread", "current_thread"])]
async fn requests_end_with_their_tasks() -> Result {
    let (listener, address) = bound().await?;
    let request = task::spawn(async move { reqwest::get(format!("http://{address}/")).await });
    let (mut stream, _) = listener.accept().await?;
    let mut text = [0; 1024];
    assert_ne!(stream.read(&mut text).await?, 0);
    request.abort();
    assert!(request.await.unwrap_err().is_cancelled());
    // The client closes the connection of a request that nobody waits for.
    let closed = timeout(Duration::from_secs(30), stream.read(&mut text));
    assert!(matches!(closed.await?, Ok(0) | Err(_)));
    Ok(())
}
