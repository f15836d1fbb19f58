//! A stream has the traits of both worlds at once (contract 20).

use std::future::poll_fn;
use std::pin::Pin;

use super::tcp::pair;
use crate::common::on_both_flavors;
use portable::io::{AsyncRead, AsyncWrite};
#[cfg(unix)]
use portable::net::UnixStream;

on_both_flavors! {
    one_stream_serves_both_worlds,
    halves_serve_both_worlds,
}

async fn echo_by_futures<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> usize {
    let mut buf = [0; 16];
    let read = poll_fn(|cx| Pin::new(&mut *stream).poll_read(cx, &mut buf));
    let read = read.await.unwrap();
    let mut rest = &buf[..read];
    while !rest.is_empty() {
        let written = poll_fn(|cx| Pin::new(&mut *stream).poll_write(cx, rest));
        rest = &rest[written.await.unwrap()..];
    }
    poll_fn(|cx| Pin::new(&mut *stream).poll_flush(cx))
        .await
        .unwrap();
    read
}

#[cfg(feature = "tokio-io")]
mod of_tokio {
    use super::*;
    use tokio::io::ReadBuf;

    pub(super) async fn echo<S>(stream: &mut S) -> usize
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    {
        let mut buf = [0; 16];
        let mut buf = ReadBuf::new(&mut buf);
        let read = poll_fn(|cx| Pin::new(&mut *stream).poll_read(cx, &mut buf));
        read.await.unwrap();
        let mut rest = buf.filled();
        assert!(stream.is_write_vectored());
        while !rest.is_empty() {
            let written = poll_fn(|cx| Pin::new(&mut *stream).poll_write(cx, rest));
            rest = &rest[written.await.unwrap()..];
        }
        poll_fn(|cx| Pin::new(&mut *stream).poll_flush(cx))
            .await
            .unwrap();
        buf.filled().len()
    }

    pub(super) async fn end<S: tokio::io::AsyncWrite + Unpin>(stream: &mut S) {
        poll_fn(|cx| Pin::new(&mut *stream).poll_shutdown(cx))
            .await
            .unwrap();
    }

    pub(super) async fn read<S: tokio::io::AsyncRead + Unpin>(stream: &mut S) -> Vec<u8> {
        let mut bytes = [0; 16];
        // Bytes that are in the buffer already stay.
        let mut buf = ReadBuf::new(&mut bytes);
        buf.put_slice(b">");
        poll_fn(|cx| Pin::new(&mut *stream).poll_read(cx, &mut buf))
            .await
            .unwrap();
        buf.filled().to_vec()
    }
}

/// Uses the traits of one world and of the other, in turn.
async fn serve<S>(one: &mut S, other: &mut S)
where
    S: AsyncRead + AsyncWrite + Unpin + InBothWorlds,
{
    use portable::io::{AsyncReadExt, AsyncWriteExt};

    let mut buf = [0; 5];
    for _ in 0..3 {
        one.write_all(b"hello").await.unwrap();
        assert_eq!(echo_by_futures(other).await, 5);
        one.read_exact(&mut buf).await.unwrap();
        assert_eq!(&buf, b"hello");
        #[cfg(feature = "tokio-io")]
        {
            one.write_all(b"world").await.unwrap();
            assert_eq!(of_tokio::echo(other).await, 5);
            one.read_exact(&mut buf).await.unwrap();
            assert_eq!(&buf, b"world");
        }
    }
    #[cfg(feature = "tokio-io")]
    of_tokio::end(one).await;
    #[cfg(not(feature = "tokio-io"))]
    one.close().await.unwrap();
    assert_eq!(echo_by_futures(other).await, 0);
    #[cfg(feature = "tokio-io")]
    assert_eq!(of_tokio::echo(other).await, 0);
}

#[cfg(feature = "tokio-io")]
trait InBothWorlds: tokio::io::AsyncRead + tokio::io::AsyncWrite {}
#[cfg(feature = "tokio-io")]
impl<S: tokio::io::AsyncRead + tokio::io::AsyncWrite> InBothWorlds for S {}
#[cfg(not(feature = "tokio-io"))]
trait InBothWorlds {}
#[cfg(not(feature = "tokio-io"))]
impl<S> InBothWorlds for S {}

async fn one_stream_serves_both_worlds() {
    let (mut one, mut other) = pair().await;
    serve(&mut one, &mut other).await;
    #[cfg(unix)]
    {
        let (mut one, mut other) = UnixStream::pair().unwrap();
        serve(&mut one, &mut other).await;
    }
}

async fn halves_serve_both_worlds() {
    use portable::io::{AsyncReadExt, AsyncWriteExt};

    let (one, other) = pair().await;
    let (_read, mut write) = one.into_split();
    let (mut read, _write) = other.into_split();
    write.write_all(b"hello").await.unwrap();
    read.read_exact(&mut [0; 5]).await.unwrap();
    #[cfg(feature = "tokio-io")]
    {
        write.write_all(b"hello").await.unwrap();
        assert_eq!(of_tokio::read(&mut read).await, b">hello");
        of_tokio::end(&mut write).await;
        assert_eq!(of_tokio::read(&mut read).await, b">");
    }
    drop(write);
    assert_eq!(read.read(&mut [0; 5]).await.unwrap(), 0);
}
