//! Tests of hyper, on `portable::hyper`.
#![cfg(all(unix, feature = "_runtime"))]

use std::future::poll_fn;
use std::io;
use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::pin::Pin;
use std::process::Stdio;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Empty, Full};
use hyper::body::{Bytes, Incoming};
use hyper::rt::{Read, ReadBuf, Timer as _, Write};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, client, header, server};
use portable::future::join;
use portable::hyper::{Executor, Io, Timer};
use portable::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use portable::net::{TcpListener, TcpStream, UnixStream};
use portable::process::Command;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

async fn pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let one = TcpStream::connect(listener.local_addr()?).await?;
    let (other, _) = listener.accept().await?;
    Ok((one, other))
}

/// Reads once, into memory of which `filled` is filled and `room` bytes are not initialised.
async fn read(stream: &mut (impl Read + Unpin), room: usize, filled: &[u8]) -> io::Result<Vec<u8>> {
    let mut memory = vec![MaybeUninit::uninit(); filled.len() + room];
    let mut buf = ReadBuf::uninit(&mut memory);
    buf.unfilled().put_slice(filled);
    poll_fn(|cx| Pin::new(&mut *stream).poll_read(cx, buf.unfilled())).await?;
    Ok(buf.filled().to_vec())
}

/// Asserts that a stream reads in the way hyper needs. `write` is the other side.
async fn reads_as_hyper_asks(
    mut stream: impl Read + Unpin,
    mut write: impl AsyncWrite + Unpin,
) -> io::Result<()> {
    // Nothing has come, so the read waits.
    let mut memory = [MaybeUninit::uninit(); 4];
    let mut buf = ReadBuf::uninit(&mut memory);
    let polled = poll_fn(|cx| Poll::Ready(Pin::new(&mut stream).poll_read(cx, buf.unfilled())));
    assert!(polled.await.is_pending());
    assert_eq!(buf.filled(), b"");

    // The reader is woken, and appends the bytes that have come.
    let writer = async {
        portable::task::yield_now().await;
        write.write_all(b"hello").await
    };
    let (came, written) = join(read(&mut stream, 100, b"so: "), writer).await;
    written?;
    assert_eq!(came?, b"so: hello");

    // A read takes no more than there is room for. The next one gets the rest.
    write.write_all(b"abcdef").await?;
    assert_eq!(read(&mut stream, 4, b"").await?, b"abcd");
    assert_eq!(read(&mut stream, 0, b"x").await?, b"x");
    assert_eq!(read(&mut stream, 4, b"").await?, b"ef");

    // At the end each read returns nothing, again and again.
    write.close().await?;
    assert_eq!(read(&mut stream, 4, b"x").await?, b"x");
    assert_eq!(read(&mut stream, 4, b"").await?, b"");
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn a_stream_reads_as_hyper_asks() -> io::Result<()> {
    let (one, other) = pair().await?;
    reads_as_hyper_asks(one, other).await
}

#[portable::test(timeout = "60s")]
async fn halves_read_as_hyper_asks() -> io::Result<()> {
    let (one, other) = pair().await?;
    reads_as_hyper_asks(one.into_split().0, other).await?;
    let (mut one, other) = pair().await?;
    reads_as_hyper_asks(one.split().0, other).await
}

#[portable::test(timeout = "60s")]
async fn unix_streams_read_as_hyper_asks() -> io::Result<()> {
    let (one, other) = UnixStream::pair()?;
    reads_as_hyper_asks(one, other).await?;
    let (one, other) = UnixStream::pair()?;
    reads_as_hyper_asks(one.into_split().0, other).await
}

#[portable::test(timeout = "60s")]
async fn pipes_read_as_hyper_asks() -> io::Result<()> {
    let mut child = Command::new("cat")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let (write, read) = (child.stdin.take(), child.stdout.take());
    // The written bytes come back through the process.
    let mut read = read.ok_or(io::ErrorKind::BrokenPipe)?;
    let mut write = write.ok_or(io::ErrorKind::BrokenPipe)?;
    let big = vec![7; 100_000];
    let writer = async {
        write.write_all(&big).await?;
        write.close().await
    };
    let reader = async {
        let mut came = Vec::new();
        loop {
            let len = came.len();
            came.extend(self::read(&mut read, 30_000, b"").await?);
            if came.len() == len {
                return io::Result::Ok(came);
            }
        }
    };
    let (written, came) = join(writer, reader).await;
    written?;
    assert!(came? == big);
    assert!(child.wait().await?.success());
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn a_wrapped_stream_reads_as_hyper_asks() -> io::Result<()> {
    let (one, other) = pair().await?;
    reads_as_hyper_asks(Io::new(one), other).await?;
    let (one, other) = pair().await?;
    reads_as_hyper_asks(Io::new(Io::new(Io::new(one))), other).await
}

#[portable::test(timeout = "60s")]
async fn an_error_keeps_its_kind_and_code() -> io::Result<()> {
    let (mut one, other) = pair().await?;
    other.set_zero_linger()?;
    drop(other);
    let error = read(&mut one, 4, b"").await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    assert!(error.raw_os_error().is_some());
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn writes_are_vectored_and_shutdown_ends_the_stream() -> io::Result<()> {
    let (mut one, mut other) = pair().await?;
    assert!(Write::is_write_vectored(&one));
    let bufs = [io::IoSlice::new(b"ab"), io::IoSlice::new(b"cd")];
    let written = poll_fn(|cx| Write::poll_write_vectored(Pin::new(&mut one), cx, &bufs)).await?;
    assert_eq!(written, 4);
    poll_fn(|cx| Write::poll_flush(Pin::new(&mut one), cx)).await?;
    poll_fn(|cx| Write::poll_shutdown(Pin::new(&mut one), cx)).await?;
    let mut text = String::new();
    other.read_to_string(&mut text).await?;
    assert_eq!(text, "abcd");
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn a_timer_can_be_reset() {
    let timer = Timer::new();
    let start = Instant::now();
    let mut sleep = timer.sleep(Duration::from_secs(3600));
    timer.reset(&mut sleep, start + Duration::from_millis(5));
    sleep.as_mut().await;
    assert!(start.elapsed() >= Duration::from_millis(5));
    timer.reset(&mut sleep, Instant::now() + Duration::from_millis(5));
    let start = Instant::now();
    sleep.await;
    assert!(start.elapsed() >= Duration::from_millis(4));

    /// A future that is not one of ours.
    struct Never;
    impl Future for Never {
        type Output = ();
        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
            Poll::Pending
        }
    }
    impl hyper::rt::Sleep for Never {}
    let mut sleep: Pin<Box<dyn hyper::rt::Sleep>> = Box::pin(Never);
    timer.reset(&mut sleep, Instant::now());
    sleep.await;
}

/// Answers with the path of the request and its body.
async fn echo(request: Request<Incoming>) -> Result<Response<Full<Bytes>>> {
    let path = request.uri().path().to_owned();
    let body = request.into_body().collect().await?.to_bytes();
    let answer = [path.as_bytes(), b": ", &body].concat();
    Ok(Response::new(answer.into()))
}

async fn serve<F: Future + Send + 'static>(
    connection: impl Fn(TcpStream) -> F + Send + 'static,
) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    portable::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let connection = connection(stream);
            portable::spawn(async { drop(connection.await) });
        }
    });
    Ok(address)
}

fn post(number: usize, body: String) -> Result<Request<String>> {
    Ok(Request::post(format!("http://localhost/{number}"))
        .header(header::HOST, "localhost")
        .body(body)?)
}

/// Returns more bytes than a socket takes at once.
fn big(number: usize) -> String {
    number.to_string().repeat(1_000_000)
}

#[portable::test(timeout = "60s")]
async fn http1_client_and_server() -> Result {
    let address = serve(|stream| {
        server::conn::http1::Builder::new()
            .timer(Timer::new())
            .serve_connection(stream, service_fn(echo))
    })
    .await?;
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = client::conn::http1::handshake(stream).await?;
    let connection = portable::spawn(connection);
    for number in 0..10 {
        let answer = sender.send_request(post(number, big(number))?).await?;
        let answer = answer.into_body().collect().await?.to_bytes();
        assert!(answer == format!("/{number}: {}", big(number)));
    }
    drop(sender);
    connection.await??;
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn http2_client_and_server() -> Result {
    let address = serve(|stream| {
        server::conn::http2::Builder::new(Executor::new())
            .timer(Timer::new())
            .keep_alive_interval(Duration::from_millis(100))
            .serve_connection(stream, service_fn(echo))
    })
    .await?;
    let stream = TcpStream::connect(address).await?;
    let (sender, connection) = client::conn::http2::Builder::new(Executor::new())
        .timer(Timer::new())
        .keep_alive_interval(Duration::from_millis(100))
        .handshake(stream)
        .await?;
    portable::spawn(connection);
    // All requests are sent at once, on one connection.
    let mut requests = portable::task::JoinSet::new();
    for number in 0..10 {
        let mut sender = sender.clone();
        requests.spawn(async move {
            let answer = sender.send_request(post(number, big(number))?).await?;
            let answer = answer.into_body().collect().await?.to_bytes();
            assert!(answer == format!("/{number}: {}", big(number)));
            Result::Ok(())
        });
    }
    while let Some(request) = requests.join_next().await {
        request??;
    }
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn a_server_does_not_wait_for_ever_for_a_request() -> Result {
    let address = serve(|stream| {
        server::conn::http1::Builder::new()
            .timer(Timer::new())
            .header_read_timeout(Duration::from_millis(50))
            .serve_connection(stream, service_fn(echo))
    })
    .await?;
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"GET / HTTP/1.1\r\nHo").await?;
    let mut end = Vec::new();
    stream.read_to_end(&mut end).await?;
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn an_upgraded_connection_is_a_stream_again() -> Result {
    async fn upgrade(request: Request<Incoming>) -> Result<Response<Empty<Bytes>>> {
        portable::spawn(async {
            let stream = Io::new(hyper::upgrade::on(request).await?);
            let (read, write) = portable::io::split(stream);
            portable::io::copy(read, write).await?;
            Result::Ok(())
        });
        let mut answer = Response::new(Empty::new());
        *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        Ok(answer)
    }

    let address = serve(|stream| {
        server::conn::http1::Builder::new()
            .timer(Timer::new())
            .serve_connection(stream, service_fn(upgrade))
            .with_upgrades()
    })
    .await?;
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = client::conn::http1::handshake(stream).await?;
    portable::spawn(connection.with_upgrades());
    let request = Request::builder()
        .method(Method::GET)
        .header(header::HOST, "localhost")
        .header(header::CONNECTION, "upgrade")
        .header(header::UPGRADE, "echo")
        .body(Empty::<Bytes>::new())?;
    let answer = sender.send_request(request).await?;
    let mut stream = Io::new(hyper::upgrade::on(answer).await?);
    for text in ["one", "two"] {
        stream.write_all(text.as_bytes()).await?;
        stream.flush().await?;
        let mut came = [0; 3];
        stream.read_exact(&mut came).await?;
        assert_eq!(came, text.as_bytes());
    }
    Ok(())
}

/// A foreign stream, such as that of a TLS library, which returns the bytes in small pieces.
struct Foreign(TcpStream);

impl AsyncRead for Foreign {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let len = buf.len().min(3);
        AsyncRead::poll_read(Pin::new(&mut self.0), cx, &mut buf[..len])
    }
}

impl AsyncWrite for Foreign {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let len = buf.len().min(3);
        AsyncWrite::poll_write(Pin::new(&mut self.0), cx, &buf[..len])
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        AsyncWrite::poll_flush(Pin::new(&mut self.0), cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        AsyncWrite::poll_close(Pin::new(&mut self.0), cx)
    }
}

#[portable::test(timeout = "60s")]
async fn streams_of_others_are_wrapped() -> Result {
    let address = serve(|stream| {
        let stream = Io::new(Foreign(stream));
        server::conn::http1::Builder::new()
            .timer(Timer::new())
            .serve_connection(stream, service_fn(echo))
    })
    .await?;
    let stream = Io::new(Foreign(TcpStream::connect(address).await?));
    let (mut sender, connection) = client::conn::http1::handshake(stream).await?;
    portable::spawn(connection);
    let answer = sender.send_request(post(7, "hello".repeat(100))?).await?;
    let answer = answer.into_body().collect().await?.to_bytes();
    assert!(answer == format!("/7: {}", "hello".repeat(100)));
    Ok(())
}
