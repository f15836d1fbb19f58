//! A client with one connection.

use std::convert::Infallible;
use std::mem;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http_body_util::{BodyExt, Either, Full};
use hyper::body::{Body, Bytes, Frame, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, Response, StatusCode};
use portable::net::TcpStream;
use portable::time::{Sleep, sleep};

use crate::Result;

pub(crate) struct Client {
    sender: SendRequest<Either<Full<Bytes>, InTwoParts>>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        let (sender, connection) = http1::handshake(stream).await?;
        portable::spawn(async { drop(connection.await) });
        Ok(Self { sender })
    }

    /// Sends a request and waits for the head of the answer.
    pub(crate) async fn send(
        &mut self,
        method: &str,
        path: &str,
        body: impl Into<Bytes>,
    ) -> hyper::Result<Response<Incoming>> {
        let body = Either::Left(Full::new(body.into()));
        self.send_body(method, path, body).await
    }

    async fn send_body(
        &mut self,
        method: &str,
        path: &str,
        body: Either<Full<Bytes>, InTwoParts>,
    ) -> hyper::Result<Response<Incoming>> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "localhost")
            .body(body)
            .expect("it is a request");
        self.sender.ready().await?;
        self.sender.send_request(request).await
    }

    /// Sends a request and waits for the whole answer.
    pub(crate) async fn request(
        &mut self,
        method: &str,
        path: &str,
        body: impl Into<Bytes>,
    ) -> Result<(StatusCode, String)> {
        whole(self.send(method, path, body).await?).await
    }

    /// Sends a request as [`request`](Self::request) does, with a pause before the last byte.
    pub(crate) async fn slow_request(
        &mut self,
        method: &str,
        path: &str,
        body: impl Into<Bytes>,
    ) -> Result<(StatusCode, String)> {
        let body = Either::Right(InTwoParts::new(body.into()));
        whole(self.send_body(method, path, body).await?).await
    }
}

async fn whole(answer: Response<Incoming>) -> Result<(StatusCode, String)> {
    let status = answer.status();
    let body = answer.into_body().collect().await?.to_bytes();
    Ok((status, String::from_utf8(body.into())?))
}

struct InTwoParts {
    first: Bytes,
    last: Bytes,
    pause: Pin<Box<Sleep>>,
}

impl InTwoParts {
    fn new(mut first: Bytes) -> Self {
        let last = first.split_off(first.len() - 1);
        let pause = Box::pin(sleep(Duration::from_millis(100)));
        Self { first, last, pause }
    }
}

impl Body for InTwoParts {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, Infallible>>> {
        let mut part = mem::take(&mut self.first);
        if part.is_empty() {
            ready!(self.pause.as_mut().poll(cx));
            part = mem::take(&mut self.last);
        }
        Poll::Ready((!part.is_empty()).then(|| Ok(Frame::data(part))))
    }
}
