//! Unix sockets that are not connected yet, peers, and senders that wait (contract 20).

use std::future::poll_fn;
use std::io;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, IntoRawFd};
use std::pin::pin;
use std::process;

use super::unix::Directory;
use crate::common::{self, on_both_flavors};
use portable::io::{AsyncReadExt, AsyncWriteExt};
use portable::net::{TcpSocket, UnixDatagram, UnixListener, UnixSocket, UnixStream};
use portable::time::{Duration, timeout};

on_both_flavors! {
    a_socket_is_bound_before_it_connects,
    a_socket_for_datagrams_is_bound_first,
    a_socket_of_the_other_kind_is_an_error,
    raw_descriptors_become_sockets,
    a_peer_is_known,
    a_poll_that_sends_waits_for_the_receiver,
}

async fn a_socket_is_bound_before_it_connects() {
    let directory = Directory::new();
    let (path, client) = (directory.path("server"), directory.path("client"));
    let listener = UnixSocket::new_stream().unwrap();
    listener.bind(&path).unwrap();
    let listener = listener.listen(8).unwrap();
    let socket = UnixSocket::new_stream().unwrap();
    socket.bind(&client).unwrap();
    let mut one = socket.connect(&path).await.unwrap();
    let (mut other, from) = listener.accept().await.unwrap();
    assert_eq!(from.as_pathname(), Some(&*client));
    assert_eq!(other.peer_addr().unwrap().as_pathname(), Some(&*client));
    one.write_all(b"hello").await.unwrap();
    drop(one);
    let mut text = String::new();
    other.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "hello");

    let refused = UnixSocket::new_stream().unwrap();
    let error = refused.connect(directory.path("none")).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
}

async fn a_socket_for_datagrams_is_bound_first() {
    let directory = Directory::new();
    let path = directory.path("socket");
    let socket = UnixSocket::new_datagram().unwrap();
    socket.bind(&path).unwrap();
    let error = UnixSocket::new_datagram().unwrap().bind(&path).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    let receiver = socket.datagram().unwrap();
    let sender = UnixSocket::new_datagram().unwrap().datagram().unwrap();
    sender.send_to(b"hello", &path).await.unwrap();
    assert_eq!(receiver.recv(&mut [0; 8]).await.unwrap(), 5);
}

async fn a_socket_of_the_other_kind_is_an_error() {
    let datagram = || UnixSocket::new_datagram().unwrap();
    let error = datagram().listen(8).unwrap_err();
    assert!(error.to_string().contains("listen"), "{error}");
    let error = datagram().connect("nowhere").await.unwrap_err();
    assert!(error.to_string().contains("connect"), "{error}");
    let error = UnixSocket::new_stream().unwrap().datagram().unwrap_err();
    assert!(error.to_string().contains("datagram"), "{error}");
}

async fn raw_descriptors_become_sockets() {
    let socket = UnixSocket::new_stream().unwrap();
    assert_eq!(socket.as_fd().as_raw_fd(), socket.as_raw_fd());
    let fd = socket.into_raw_fd();
    // SAFETY: the descriptor was given up just now.
    let socket = unsafe { UnixSocket::from_raw_fd(fd) };
    let error = socket.connect("/nowhere/at/all").await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);

    let fd = TcpSocket::new_v4().unwrap().into_raw_fd();
    // SAFETY: the descriptor was given up just now.
    let socket = unsafe { TcpSocket::from_raw_fd(fd) };
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    socket.listen(8).unwrap();
}

async fn a_peer_is_known() {
    let (one, other) = UnixStream::pair().unwrap();
    let peer = one.peer_cred().unwrap();
    assert_eq!(peer, other.peer_cred().unwrap());
    assert_eq!(peer.uid(), rustix::process::getuid().as_raw());
    assert_eq!(peer.gid(), rustix::process::getgid().as_raw());
    #[cfg(target_os = "linux")]
    assert_eq!(peer.pid(), Some(process::id() as i32));

    let directory = Directory::new();
    let path = directory.path("socket");
    let listener = UnixListener::bind(&path).unwrap();
    let one = UnixStream::connect(&path).await.unwrap();
    let (other, _) = listener.accept().await.unwrap();
    assert_eq!(one.peer_cred().unwrap(), other.peer_cred().unwrap());
}

async fn a_poll_that_sends_waits_for_the_receiver() {
    let directory = Directory::new();
    let path = directory.path("socket");
    let receiver = UnixDatagram::bind(&path).unwrap();
    let sender = UnixDatagram::unbound().unwrap();
    let mut sent = 0;
    while sender.try_send_to(b"hello", &path).is_ok() {
        sent += 1;
    }
    let mut polls = 0;
    {
        let mut send = pin!(poll_fn(|cx| {
            polls += 1;
            sender.poll_send_to(cx, b"last", &path)
        }));
        let waits = timeout(Duration::from_millis(50), send.as_mut()).await;
        assert!(waits.is_err());
        for _ in 0..sent {
            assert_eq!(receiver.recv(&mut [0; 8]).await.unwrap(), 5);
        }
        assert_eq!(send.await.unwrap(), 4);
    }
    assert_eq!(receiver.recv(&mut [0; 8]).await.unwrap(), 4);
    // It does not spin while it waits.
    assert!(polls < 1_000, "{polls} polls");
    let nowhere = directory.path("nowhere");
    let mut failed = pin!(poll_fn(|cx| sender.poll_send_to(cx, b"x", &nowhere)));
    assert!(common::poll_once(failed.as_mut()).is_ready());
}
