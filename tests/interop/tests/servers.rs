//! Tests of `axum::serve` on our listeners, and of tonic's server and client on our streams. They spawn
//! by Tokio itself.
#![cfg(all(unix, feature = "_runtime", feature = "tokio-context"))]

use std::convert::Infallible;
use std::future::{Future, pending};
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::ConnectInfo;
use axum::routing::get;
use axum::serve::ListenerExt;
use axum::{Router, serve};
use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use portable::adapters::{HttpConnector, UnixConnectInfo};
use portable::hyper::{Executor, Timer};
use portable::io::{AsyncRead, AsyncWrite, DuplexStream, duplex};
use portable::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use portable::runtime;
use portable::stream::wrappers::{TcpListenerStream, UnixListenerStream};
use portable::sync::oneshot;
use portable::task::{self, JoinHandle};
use portable::time::{Duration, sleep};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http;
use tonic::server::{NamedService, UnaryService};
use tonic::transport::server::TcpConnectInfo;
use tonic::transport::{Channel, Endpoint, Server, Uri};
use tonic::{Response, Status};
use tower_service::Service;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

fn client() -> Client<HttpConnector, Empty<Bytes>> {
    Client::builder(Executor::new())
        .pool_timer(Timer::new())
        .build(HttpConnector::new())
}

async fn text_of(client: &Client<HttpConnector, Empty<Bytes>>, uri: String) -> Result<Bytes> {
    let response = client.get(uri.parse()?).await?;
    Ok(response.into_body().collect().await?.to_bytes())
}

fn app() -> Router {
    let runtime = runtime::current();
    Router::new().route(
        "/",
        get(move || async move {
            assert_eq!(runtime::current(), runtime);
            sleep(Duration::from_millis(1)).await;
            task::spawn(async { "hello" }).await.unwrap()
        }),
    )
}

#[portable::test(timeout = "60s", flavor = ["multi_thread", "current_thread"])]
async fn axum_serves_on_a_listener_for_tcp() -> Result {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let server = serve(listener, app()).with_graceful_shutdown(async {
        let _ = stopped.await;
    });
    assert_eq!(server.local_addr()?, address);
    let server = task::spawn(async { server.await });
    let client = client();
    for _ in 0..10 {
        assert_eq!(
            text_of(&client, format!("http://{address}/")).await?,
            "hello"
        );
    }
    drop(client);
    drop(stop);
    Ok(server.await??)
}

#[portable::test(timeout = "60s")]
async fn axum_tells_a_handler_the_address_of_the_client() -> Result {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let whoami = |ConnectInfo(client): ConnectInfo<SocketAddr>| async move { client.to_string() };
    let app = Router::new().route("/", get(whoami));
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    let server = serve(
        listener.tap_io(|stream| drop(stream.set_nodelay(true))),
        app,
    );
    task::spawn(async { server.await });

    let stream = TcpStream::connect(address).await?;
    let ours = stream.local_addr()?;
    assert_eq!(get_by(stream).await?, ours.to_string());
    Ok(())
}

/// One request by a stream of any kind.
async fn get_by<S>(stream: S) -> Result<Bytes>
where
    S: hyper::rt::Read + hyper::rt::Write + Send + Unpin + 'static,
{
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await?;
    task::spawn(connection);
    let request = Request::get("/")
        .header("host", "localhost")
        .body(Empty::<Bytes>::new())?;
    Ok(sender
        .send_request(request)
        .await?
        .collect()
        .await?
        .to_bytes())
}

#[portable::test(timeout = "60s", flavor = ["multi_thread", "current_thread"])]
async fn axum_serves_on_a_listener_for_unix_sockets() -> Result {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("socket");
    let server = serve(UnixListener::bind(&path)?, app());
    task::spawn(async { server.await });
    for _ in 0..3 {
        assert_eq!(get_by(UnixStream::connect(&path).await?).await?, "hello");
    }
    Ok(())
}

/// A codec for bytes as they are.
#[derive(Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(
        &mut self,
        item: Vec<u8>,
        buf: &mut EncodeBuf<'_>,
    ) -> std::result::Result<(), Status> {
        tokio_util::bytes::BufMut::put_slice(buf, &item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, buf: &mut DecodeBuf<'_>) -> std::result::Result<Option<Vec<u8>>, Status> {
        use tokio_util::bytes::Buf;

        let mut item = vec![0; buf.remaining()];
        buf.copy_to_slice(&mut item);
        Ok(Some(item))
    }
}

/// A service of gRPC that says by what it was called.
#[derive(Clone)]
struct Whoami;

impl NamedService for Whoami {
    const NAME: &'static str = "test.Whoami";
}

impl UnaryService<Vec<u8>> for Whoami {
    type Response = Vec<u8>;
    type Future = Boxed<std::result::Result<Response<Vec<u8>>, Status>>;

    fn call(&mut self, request: tonic::Request<Vec<u8>>) -> Self::Future {
        Box::pin(async move {
            let told = request.extensions();
            let caller = if let Some(info) = told.get::<TcpConnectInfo>() {
                format!(
                    "{} to {}",
                    info.remote_addr.unwrap(),
                    info.local_addr.unwrap()
                )
            } else if let Some(info) = told.get::<UnixConnectInfo>() {
                assert!(info.peer_addr.as_ref().unwrap().is_unnamed());
                "a Unix socket".into()
            } else {
                "memory".into()
            };
            sleep(Duration::from_millis(1)).await;
            Ok(Response::new(
                [request.get_ref(), caller.as_bytes()].concat(),
            ))
        })
    }
}

impl Service<http::Request<tonic::body::Body>> for Whoami {
    type Response = http::Response<tonic::body::Body>;
    type Error = Infallible;
    type Future = Boxed<std::result::Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<std::result::Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<tonic::body::Body>) -> Self::Future {
        Box::pin(async { Ok(tonic::server::Grpc::new(Raw).unary(Whoami, request).await) })
    }
}

async fn ask(channel: Channel) -> Result<String> {
    let mut client = tonic::client::Grpc::new(channel);
    client.ready().await?;
    let path = http::uri::PathAndQuery::from_static("/test.Whoami/Ask");
    let request = tonic::Request::new(b"from ".to_vec());
    let reply = client.unary(request, path, Raw).await?;
    Ok(String::from_utf8(reply.into_inner())?)
}

/// Gives tonic's client the streams that the closure makes.
#[derive(Clone)]
struct Connector<F>(F);

impl<F, S> Service<Uri> for Connector<F>
where
    F: FnMut() -> Boxed<io::Result<S>>,
{
    type Response = S;
    type Error = io::Error;
    type Future = Boxed<io::Result<S>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _uri: Uri) -> Self::Future {
        self.0()
    }
}

async fn channel<S>(
    connect: impl FnMut() -> Boxed<io::Result<S>> + Send + 'static,
) -> Result<Channel>
where
    S: hyper::rt::Read + hyper::rt::Write + Send + Unpin + 'static,
{
    let endpoint = Endpoint::from_static("http://localhost").executor(Executor::new());
    Ok(endpoint.connect_with_connector(Connector(connect)).await?)
}

#[portable::test(timeout = "60s", flavor = ["multi_thread", "current_thread"])]
async fn tonic_serves_and_calls_by_tcp() -> Result {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let server = Server::builder().add_service(Whoami);
    let incoming = TcpListenerStream::new(listener);
    let server: JoinHandle<_> = task::spawn(server.serve_with_incoming_shutdown(incoming, async {
        let _ = stopped.await;
    }));
    let channel = channel(move || Box::pin(TcpStream::connect(address))).await?;
    for _ in 0..10 {
        let reply = ask(channel.clone()).await?;
        let (from, to) = reply
            .strip_prefix("from ")
            .unwrap()
            .split_once(" to ")
            .unwrap();
        assert!(from.parse::<SocketAddr>()?.ip().is_loopback(), "{reply}");
        assert_eq!(to, address.to_string());
    }
    drop(channel);
    drop(stop);
    Ok(server.await??)
}

#[portable::test(timeout = "60s")]
async fn tonic_serves_and_calls_by_unix_sockets() -> Result {
    let dir = tempfile::tempdir()?;
    let path: std::sync::Arc<Path> = dir.path().join("socket").into();
    let incoming = UnixListenerStream::new(UnixListener::bind(&path)?);
    task::spawn(
        Server::builder()
            .add_service(Whoami)
            .serve_with_incoming(incoming),
    );
    let channel = channel(move || {
        let path = path.clone();
        Box::pin(async move { UnixStream::connect(&path).await })
    });
    assert_eq!(ask(channel.await?).await?, "from a Unix socket");
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn tonic_serves_and_calls_in_memory() -> Result {
    fn is_stream<S: AsyncRead + AsyncWrite>(stream: S) -> S {
        stream
    }

    let (client, server) = duplex(1024);
    let incoming =
        futures::stream::once(async { io::Result::Ok(is_stream::<DuplexStream>(server)) });
    let incoming = futures::StreamExt::chain(incoming, futures::stream::pending());
    task::spawn(
        Server::builder()
            .add_service(Whoami)
            .serve_with_incoming(incoming),
    );
    let mut client = Some(portable::hyper::Io::new(client));
    let channel = channel(move || {
        let client = client.take();
        Box::pin(async move {
            match client {
                Some(client) => Ok(client),
                None => pending().await,
            }
        })
    });
    assert_eq!(ask(channel.await?).await?, "from memory");
    Ok(())
}
