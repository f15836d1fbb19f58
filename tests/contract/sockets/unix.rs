//! Unix sockets: streams and datagrams at paths (contract 20).

use std::future::poll_fn;
use std::io;
use std::path::PathBuf;
use std::pin::{Pin, pin};
use std::process;
use std::sync::Arc;

use super::tcp::some_bytes;
use crate::common::{self, on_both_flavors};
use portable::io::{AsyncReadExt, AsyncWriteExt, copy};
use portable::net::{UnixDatagram, UnixListener, UnixStream};
use portable::task::{self, JoinSet};
use portable::time::{Duration, sleep, timeout};
use tempfile::TempDir;

on_both_flavors! {
    a_listener_takes_connections,
    shutdown_ends_the_stream,
    a_dropped_half_ends_the_stream,
    halves_are_united,
    more_bytes_than_there_is_room_for_arrive,
    trying_says_would_block,
    connect_waits_for_room,
    many_tasks_accept_at_one_listener,
    errors_are_those_of_the_operating_system,
    datagrams_keep_their_bounds,
    datagrams_arrive_at_paths,
    writable_is_what_the_last_attempt_has_shown,
    a_sender_waits_for_the_receiver,
    a_sender_to_a_path_waits_for_the_receiver,
    a_receiver_that_goes_is_an_error,
    std_and_back_loses_nothing,
}

/// A directory for sockets, which is removed with all that is in it.
pub(super) struct Directory(TempDir);

impl Directory {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

async fn read_to_end(stream: &mut UnixStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    bytes
}

async fn a_listener_takes_connections() {
    let directory = Directory::new();
    let path = directory.path("socket");
    let listener = UnixListener::bind(&path).unwrap();
    let address = listener.local_addr().unwrap();
    assert_eq!(address.as_pathname(), Some(&*path));
    for by_address in [false, true] {
        let mut one = if by_address {
            UnixStream::connect_addr(&address).await.unwrap()
        } else {
            UnixStream::connect(&path).await.unwrap()
        };
        let (mut other, from) = listener.accept().await.unwrap();
        assert!(from.is_unnamed());
        assert!(one.local_addr().unwrap().is_unnamed());
        assert_eq!(one.peer_addr().unwrap().as_pathname(), Some(&*path));
        one.write_all(b"ping").await.unwrap();
        let mut buf = [0; 4];
        other.read_exact(&mut buf).await.unwrap();
        assert_eq!(&buf, b"ping");
        other.write_all(b"pong").await.unwrap();
        drop(other);
        assert_eq!(read_to_end(&mut one).await, b"pong");
    }
    {
        let mut accept = pin!(poll_fn(|cx| listener.poll_accept(cx)));
        assert!(common::poll_once(accept.as_mut()).is_pending());
        let _one = UnixStream::connect(&path).await.unwrap();
        accept.await.unwrap();
    }
    drop(listener);
    assert!(path.exists());
}

/// An abstract name has no file.
#[cfg(target_os = "linux")]
#[test]
fn names_may_be_abstract() {
    common::limit_time("names_may_be_abstract");
    let name = format!("portable-sockets-{}", process::id());
    let path = format!("\0{name}");
    portable::block_on(async {
        let listener = UnixListener::bind(&path).unwrap();
        let address = listener.local_addr().unwrap();
        assert_eq!(address.as_abstract_name(), Some(name.as_bytes()));
        let mut one = UnixStream::connect(&path).await.unwrap();
        listener.accept().await.unwrap();
        assert_eq!(one.read(&mut [0]).await.unwrap(), 0);
        UnixStream::connect_addr(&address).await.unwrap();
        let receiver = UnixDatagram::bind(format!("{path}-datagram")).unwrap();
        let sender = UnixDatagram::unbound().unwrap();
        sender
            .send_to(b"hello", format!("{path}-datagram"))
            .await
            .unwrap();
        assert_eq!(receiver.recv(&mut [0; 8]).await.unwrap(), 5);
    });
}

async fn shutdown_ends_the_stream() {
    let (mut one, mut other) = UnixStream::pair().unwrap();
    one.write_all(b"last").await.unwrap();
    one.shutdown().await.unwrap();
    assert_eq!(read_to_end(&mut other).await, b"last");
    let error = one.write(b"more").await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    // The other direction goes on.
    other.write_all(b"reply").await.unwrap();
    other.close().await.unwrap();
    assert_eq!(read_to_end(&mut one).await, b"reply");
    drop(other);
    one.shutdown().await.unwrap();
}

async fn a_dropped_half_ends_the_stream() {
    let (mut one, mut other) = UnixStream::pair().unwrap();
    let _ = one.split();
    let read = timeout(Duration::from_millis(20), other.read(&mut [0])).await;
    assert!(read.is_err());
    let (mut read, write) = one.into_split();
    drop(write);
    assert_eq!(read_to_end(&mut other).await, b"");
    other.write_all(b"hello").await.unwrap();
    read.read_exact(&mut [0; 5]).await.unwrap();
}

async fn halves_are_united() {
    let (one, mut other) = UnixStream::pair().unwrap();
    let (read, write) = one.into_split();
    let mut one = read.reunite(write).unwrap();
    one.write_all(b"hello").await.unwrap();
    let (mut read, write) = one.into_split();
    write.forget();
    other.read_exact(&mut [0; 5]).await.unwrap();
    other.write_all(b"hello").await.unwrap();
    read.read_exact(&mut [0; 5]).await.unwrap();
}

async fn more_bytes_than_there_is_room_for_arrive() {
    let (one, other) = UnixStream::pair().unwrap();
    let bytes = some_bytes(4 << 20);
    let echo = task::spawn(async move {
        let (read, mut write) = other.into_split();
        copy(read, &mut write).await.unwrap()
    });
    let (mut read, mut write) = one.into_split();
    let writer = task::spawn({
        let bytes = bytes.clone();
        async move { write.write_all(&bytes).await }
    });
    let mut back = Vec::new();
    read.read_to_end(&mut back).await.unwrap();
    assert!(back == bytes);
    writer.await.unwrap().unwrap();
    assert_eq!(echo.await.unwrap(), 4 << 20);
}

async fn trying_says_would_block() {
    let (one, mut other) = UnixStream::pair().unwrap();
    let mut buf = [0; 8];
    let error = one.try_read(&mut buf).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    let mut written = 0;
    let error = loop {
        match one.try_write(&[7; 4096]) {
            Ok(len) => written += len,
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    let mut writable = pin!(one.writable());
    assert!(common::poll_once(writable.as_mut()).is_pending());
    other.read_exact(&mut vec![0; written]).await.unwrap();
    writable.await.unwrap();
}

/// Linux gives `WouldBlock` when the queue of the listener is full.
async fn connect_waits_for_room() {
    let directory = Directory::new();
    let path = directory.path("socket");
    let socket = socket2::Socket::new(socket2::Domain::UNIX, socket2::Type::STREAM, None).unwrap();
    let address = socket2::SockAddr::unix(&path).unwrap();
    socket.bind(&address).unwrap();
    socket.listen(1).unwrap();
    let listener = UnixListener::from_std(socket.into()).unwrap();
    let mut clients = JoinSet::new();
    for n in 0..20_u8 {
        let path = path.clone();
        clients.spawn(async move {
            let mut stream = UnixStream::connect(path).await.unwrap();
            stream.write_all(&[n]).await.unwrap();
        });
    }
    sleep(Duration::from_millis(20)).await;
    // One connect is given up.
    let given_up = timeout(Duration::from_millis(5), UnixStream::connect(&path)).await;
    if cfg!(target_os = "linux") {
        assert!(given_up.is_err());
    }
    drop(given_up);
    let mut sum = 0;
    for _ in 0..20 {
        let (mut stream, _) = listener.accept().await.unwrap();
        for byte in read_to_end(&mut stream).await {
            sum += u32::from(byte);
        }
    }
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }
    assert_eq!(sum, (0..20).sum::<u32>());
}

async fn many_tasks_accept_at_one_listener() {
    let directory = Directory::new();
    let path = directory.path("socket");
    let listener = Arc::new(UnixListener::bind(&path).unwrap());
    let mut servers = JoinSet::new();
    for _ in 0..50 {
        let listener = listener.clone();
        servers.spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(b"hello").await.unwrap();
        });
    }
    for _ in 0..50 {
        let mut stream = UnixStream::connect(&path).await.unwrap();
        assert_eq!(read_to_end(&mut stream).await, b"hello");
    }
    while let Some(server) = servers.join_next().await {
        server.unwrap();
    }
}

async fn errors_are_those_of_the_operating_system() {
    let directory = Directory::new();
    let path = directory.path("socket");
    let std = |path| std::os::unix::net::UnixStream::connect(path).unwrap_err();
    let is_same = |error: io::Error, expected: io::Error| {
        assert_eq!(error.kind(), expected.kind());
        assert_eq!(error.raw_os_error(), expected.raw_os_error());
    };
    let error = UnixStream::connect(&path).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
    is_same(error, std(&path));
    let sender = UnixDatagram::unbound().unwrap();
    let error = sender.send_to(b"anyone?", &path).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);

    drop(UnixListener::bind(&path).unwrap());
    let error = common::error_of_closed(async || UnixStream::connect(&path).await).await;
    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    is_same(error, std(&path));
    let error = sender.connect(&path).unwrap_err();
    assert!(error.raw_os_error().is_some());

    let error = UnixListener::bind(&path).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    let error = UnixDatagram::bind(&path).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);

    let long = directory.path(&"long".repeat(100));
    for error in [
        UnixListener::bind(&long).unwrap_err(),
        UnixStream::connect(&long).await.unwrap_err(),
        sender.send_to(b"far", &long).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }
    let error = UnixListener::bind(directory.path("no/socket")).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
}

async fn datagrams_keep_their_bounds() {
    let (one, other) = UnixDatagram::pair().unwrap();
    let texts: [&[u8]; 4] = [b"one", b"", b"three", &[4; 9000]];
    for text in texts {
        assert_eq!(one.send(text).await.unwrap(), text.len());
    }
    let mut buf = vec![0; 10_000];
    for text in texts {
        let len = other.recv(&mut buf).await.unwrap();
        assert_eq!(&buf[..len], text);
    }
    // The bytes of a datagram that do not fit are lost.
    one.send(b"too long").await.unwrap();
    one.send(b"next").await.unwrap();
    assert_eq!(other.recv(&mut buf[..3]).await.unwrap(), 3);
    assert_eq!(other.recv(&mut buf).await.unwrap(), 4);
    assert_eq!(&buf[..4], b"next");
    let error = other.try_recv(&mut buf).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
}

async fn datagrams_arrive_at_paths() {
    let directory = Directory::new();
    let (path, other_path) = (directory.path("one"), directory.path("other"));
    let one = UnixDatagram::bind(&path).unwrap();
    let other = UnixDatagram::bind(&other_path).unwrap();
    assert_eq!(one.local_addr().unwrap().as_pathname(), Some(&*path));
    one.send_to(b"hello", &other_path).await.unwrap();
    let mut buf = [0; 8];
    let (len, from) = other.recv_from(&mut buf).await.unwrap();
    assert_eq!((len, from.as_pathname()), (5, Some(&*path)));
    assert_eq!(one.try_send_to(b"again", &other_path).unwrap(), 5);
    let received = poll_fn(|cx| other.poll_recv_from(cx, &mut buf)).await;
    assert_eq!(received.unwrap().0, 5);
    one.connect(&other_path).unwrap();
    assert_eq!(one.peer_addr().unwrap().as_pathname(), Some(&*other_path));
    let sent = poll_fn(|cx| one.poll_send(cx, b"more")).await;
    assert_eq!(sent.unwrap(), 4);
    let received = poll_fn(|cx| other.poll_recv(cx, &mut buf)).await;
    assert_eq!(received.unwrap(), 4);
}

async fn a_sender_waits_for_the_receiver() {
    let (one, other) = UnixDatagram::pair().unwrap();
    while one.try_send(&[0; 100]).is_ok() {}
    {
        let mut send = pin!(one.send(b"last"));
        assert!(common::poll_once(send.as_mut()).is_pending());
        let mut buf = [0; 100];
        while other.try_recv(&mut buf).is_ok() {}
        assert_eq!(send.await.unwrap(), 4);
    }
    let sender = task::spawn(async move {
        for n in 0..1000_u16 {
            one.send(&n.to_ne_bytes()).await.unwrap();
        }
        one
    });
    let mut buf = [0; 100];
    assert_eq!(other.recv(&mut buf).await.unwrap(), 4);
    for n in 0..1000_u16 {
        assert_eq!(other.recv(&mut buf).await.unwrap(), 2);
        assert_eq!(buf[..2], n.to_ne_bytes());
    }
    sender.await.unwrap();
}

/// No reactor is told when another socket has room.
async fn a_sender_to_a_path_waits_for_the_receiver() {
    let directory = Directory::new();
    let path = directory.path("socket");
    let receiver = UnixDatagram::bind(&path).unwrap();
    // Another sender takes all the room.
    let other = UnixDatagram::unbound().unwrap();
    while other.try_send_to(b"other", &path).is_ok() {}
    let sender = task::spawn({
        let path = path.clone();
        async move {
            let sender = UnixDatagram::unbound().unwrap();
            for n in 0..200_u8 {
                sender.send_to(&[n], &path).await.unwrap();
            }
        }
    });
    sleep(Duration::from_millis(30)).await;
    assert!(!sender.is_finished());
    let mut expected = 0;
    while expected < 200 {
        let mut buf = [0; 8];
        if receiver.recv(&mut buf).await.unwrap() == 1 {
            assert_eq!(buf[0], expected);
            expected += 1;
        }
    }
    sender.await.unwrap();
}

async fn a_receiver_that_goes_is_an_error() {
    let (one, other) = UnixDatagram::pair().unwrap();
    while one.try_send(&[0; 100]).is_ok() {}
    let waits = task::spawn(async move { one.send(b"last").await });
    sleep(Duration::from_millis(5)).await;
    drop(other);
    let error = waits.await.unwrap().unwrap_err();
    assert!(error.raw_os_error().is_some());
}

async fn std_and_back_loses_nothing() {
    let (mut one, other) = UnixStream::pair().unwrap();
    one.write_all(b"hello").await.unwrap();
    let mut other = UnixStream::from_std(other.into_std().unwrap()).unwrap();
    drop(one);
    assert_eq!(read_to_end(&mut other).await, b"hello");
    let (one, other) = UnixDatagram::pair().unwrap();
    one.send(b"hello").await.unwrap();
    let other = UnixDatagram::from_std(other.into_std().unwrap()).unwrap();
    assert_eq!(other.recv(&mut [0; 8]).await.unwrap(), 5);
    other.shutdown(std::net::Shutdown::Both).unwrap();
    assert!(one.send(b"hello").await.is_err());
}

/// Long before the queue is full, the operating system does not wake those who wait for room.
async fn writable_is_what_the_last_attempt_has_shown() {
    let directory = Directory::new();
    let by_path = {
        let receiver = UnixDatagram::bind(directory.path("receiver")).unwrap();
        let sender = UnixDatagram::unbound().unwrap();
        sender.connect(directory.path("receiver")).unwrap();
        (sender, receiver)
    };
    for (sender, receiver) in [by_path, UnixDatagram::pair().unwrap()] {
        let mut sent = 0;
        loop {
            let writable: Pin<&mut dyn Future<Output = _>> = if sent % 2 == 0 {
                pin!(sender.writable())
            } else {
                pin!(poll_fn(|cx| sender.poll_send_ready(cx)))
            };
            let writable = timeout(Duration::from_secs(20), writable).await;
            writable
                .expect("no attempt has shown that it is full")
                .unwrap();
            match sender.try_send(b"x") {
                Ok(len) => sent += len,
                Err(error) => {
                    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
                    break;
                }
            }
            assert!(sent < 100_000);
        }
        // The last attempt has shown that the queue is full.
        for _ in 0..2 {
            let writable = timeout(Duration::from_millis(30), sender.writable());
            writable.await.unwrap_err();
        }
        let writable = task::spawn(async move {
            sender.writable().await.unwrap();
            sender.try_send(b"last").unwrap();
            sender
        });
        let mut bytes = [0; 4];
        for _ in 0..sent {
            assert_eq!(receiver.recv(&mut bytes).await.unwrap(), 1);
        }
        assert_eq!(receiver.recv(&mut bytes).await.unwrap(), 4);
        assert_eq!(
            receiver.try_recv(&mut bytes).unwrap_err().kind(),
            io::ErrorKind::WouldBlock
        );
        let readable = timeout(Duration::from_millis(30), receiver.readable());
        readable.await.unwrap_err();
        let sender = writable.await.unwrap();
        sender.send(b"more").await.unwrap();
        receiver.readable().await.unwrap();
        assert_eq!(receiver.try_recv(&mut bytes).unwrap(), 4);
    }
}
