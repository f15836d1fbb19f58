//! Buffers whose room is not initialised, and Tokio's `ReadBuf` (contract 20).

use std::future::poll_fn;
use std::io;
use std::pin::pin;

use super::tcp::pair;
#[cfg(unix)]
use super::unix::Directory;
use crate::common::{self, on_both_flavors};
use portable::io::AsyncWriteExt;
use portable::net::UdpSocket;
#[cfg(unix)]
use portable::net::unix::pipe;
#[cfg(unix)]
use portable::net::{UnixDatagram, UnixStream};
use tokio::io::ReadBuf;

on_both_flavors! {
    streams_read_to_the_end_of_a_buffer,
    datagrams_are_received_to_the_end_of_a_buffer,
    #[cfg(unix)]
    datagrams_of_unix_tell_their_sender,
    #[cfg(unix)]
    a_receive_to_a_buffer_that_is_dropped_loses_nothing,
    poll_functions_take_both_kinds_of_buffers,
}

fn would_block<T: std::fmt::Debug>(result: io::Result<T>) {
    assert_eq!(result.unwrap_err().kind(), io::ErrorKind::WouldBlock);
}

async fn streams_read_to_the_end_of_a_buffer() {
    let mut buf = Vec::from(*b"> ");
    let (one, mut other) = pair().await;
    would_block(one.try_read_buf(&mut buf));
    other.write_all(b"tcp ").await.unwrap();
    one.readable().await.unwrap();
    assert_eq!(one.try_read_buf(&mut buf).unwrap(), 4);
    other.write_all(b"half ").await.unwrap();
    let (read, _write) = one.into_split();
    read.readable().await.unwrap();
    assert_eq!(read.try_read_buf(&mut buf).unwrap(), 5);

    assert_eq!(buf, b"> tcp half ");

    #[cfg(unix)]
    {
        let (one, mut other) = UnixStream::pair().unwrap();
        would_block(one.try_read_buf(&mut buf));
        other.write_all(b"unix ").await.unwrap();
        one.readable().await.unwrap();
        assert_eq!(one.try_read_buf(&mut buf).unwrap(), 5);

        let (mut sender, receiver) = pipe::pipe().unwrap();
        would_block(receiver.try_read_buf(&mut buf));
        sender.write_all(b"pipe").await.unwrap();
        receiver.readable().await.unwrap();
        assert_eq!(receiver.try_read_buf(&mut buf).unwrap(), 4);
        assert_eq!(buf, b"> tcp half unix pipe");
    }

    let (one, mut other) = pair().await;
    // A buffer that is full already gets no more.
    other.write_all(b"more").await.unwrap();
    let mut full = &mut [0; 2][..];
    one.readable().await.unwrap();
    assert_eq!(one.try_read_buf(&mut full).unwrap(), 2);
    assert_eq!(one.try_read_buf(&mut full).unwrap(), 0);
}

async fn datagrams_are_received_to_the_end_of_a_buffer() {
    let one = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let other = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let (to, from) = (one.local_addr().unwrap(), other.local_addr().unwrap());
    let mut buf = Vec::with_capacity(64);
    would_block(one.try_recv_buf(&mut buf));
    would_block(one.try_recv_buf_from(&mut buf));
    other.send_to(b"one ", to).await.unwrap();
    assert_eq!(one.recv_buf(&mut buf).await.unwrap(), 4);
    other.send_to(b"two ", to).await.unwrap();
    assert_eq!(one.recv_buf_from(&mut buf).await.unwrap(), (4, from));
    other.send_to(b"three ", to).await.unwrap();
    one.readable().await.unwrap();
    assert_eq!(one.try_recv_buf(&mut buf).unwrap(), 6);
    other.send_to(b"four", to).await.unwrap();
    one.readable().await.unwrap();
    assert_eq!(one.try_recv_buf_from(&mut buf).unwrap(), (4, from));
    assert_eq!(buf, b"one two three four");
}

#[cfg(unix)]
async fn datagrams_of_unix_tell_their_sender() {
    let directory = Directory::new();
    let (path, sender) = (directory.path("receiver"), directory.path("sender"));
    let one = UnixDatagram::bind(&path).unwrap();
    let other = UnixDatagram::bind(&sender).unwrap();
    let unnamed = UnixDatagram::unbound().unwrap();
    let mut buf = Vec::with_capacity(64);
    would_block(one.try_recv_buf_from(&mut buf));
    other.send_to(b"hello", &path).await.unwrap();
    let (len, from) = one.recv_buf_from(&mut buf).await.unwrap();
    assert_eq!((len, from.as_pathname()), (5, Some(&*sender)));
    unnamed.send_to(b", world", &path).await.unwrap();
    let (len, from) = one.recv_buf_from(&mut buf).await.unwrap();
    assert!(len == 7 && from.is_unnamed());
    #[cfg(target_os = "linux")]
    {
        let name = format!("\0portable-{}-{:p}", std::process::id(), &buf);
        let named = UnixDatagram::bind(&name).unwrap();
        named.send_to(b"!", &path).await.unwrap();
        let (_, from) = one.recv_buf_from(&mut buf).await.unwrap();
        assert_eq!(from.as_abstract_name(), Some(&name.as_bytes()[1..]));
        unnamed.send_to(b"!", &path).await.unwrap();
        assert_eq!(one.recv_buf(&mut buf).await.unwrap(), 1);
        assert_eq!(buf, b"hello, world!!");
    }
}

#[cfg(unix)]
async fn a_receive_to_a_buffer_that_is_dropped_loses_nothing() {
    let (one, other) = UnixDatagram::pair().unwrap();
    let mut buf = Vec::new();
    for _ in 0..20 {
        assert!(common::poll_once(pin!(one.recv_buf(&mut buf))).is_pending());
        assert!(common::poll_once(pin!(one.recv_buf_from(&mut buf))).is_pending());
        other.send(b"x").await.unwrap();
        assert_eq!(one.recv_buf(&mut buf).await.unwrap(), 1);
    }
    assert_eq!(buf, [b'x'; 20]);
}

async fn poll_functions_take_both_kinds_of_buffers() {
    let one = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let me = one.local_addr().unwrap();
    let mut array = [0; 16];
    for _ in 0..7 {
        one.send_to(b"hello", me).await.unwrap();
    }
    assert_eq!(
        poll_fn(|cx| one.poll_peek(cx, &mut array)).await.unwrap(),
        5
    );
    assert_eq!(
        poll_fn(|cx| one.poll_peek_from(cx, &mut array[..]))
            .await
            .unwrap(),
        (5, me)
    );
    assert_eq!(
        poll_fn(|cx| one.poll_recv(cx, &mut array)).await.unwrap(),
        5
    );
    let mut vec = vec![0; 16];
    let received = poll_fn(|cx| one.poll_recv_from(cx, &mut vec)).await;
    assert_eq!(received.unwrap(), (5, me));

    let mut memory = [0; 16];
    let mut buf = ReadBuf::new(&mut memory);
    let (): () = poll_fn(|cx| one.poll_peek(cx, &mut buf)).await.unwrap();
    buf.clear();
    let from = poll_fn(|cx| one.poll_peek_from(cx, &mut buf)).await;
    assert_eq!(from.unwrap(), me);
    assert_eq!(buf.filled(), b"hello");
    buf.clear();
    let (): () = poll_fn(|cx| one.poll_recv(cx, &mut buf)).await.unwrap();
    let from = poll_fn(|cx| one.poll_recv_from(cx, &mut buf)).await;
    assert_eq!(from.unwrap(), me);
    // The second one stands behind the first.
    assert_eq!(buf.filled(), b"hellohello");

    #[cfg(unix)]
    {
        let directory = Directory::new();
        let path = directory.path("socket");
        let one = UnixDatagram::bind(&path).unwrap();
        let sent = poll_fn(|cx| one.poll_send_to(cx, b"hello", &path)).await;
        assert_eq!(sent.unwrap(), 5);
        buf.clear();
        let from = poll_fn(|cx| one.poll_recv_from(cx, &mut buf)).await;
        assert_eq!(from.unwrap().as_pathname(), Some(&*path));
        assert_eq!(buf.filled(), b"hello");
    }

    let (one, mut other) = pair().await;
    other.write_all(b"hello").await.unwrap();
    buf.clear();
    let len = poll_fn(|cx| one.poll_peek(cx, &mut buf)).await.unwrap();
    assert_eq!((len, buf.filled()), (5, &b"hello"[..]));
}
