//! Calls that are dropped before their end lose nothing (contract 20).

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use super::tcp::{pair, small_pair, some_bytes};
use crate::common::{self, on_both_flavors};
use portable::io::{AsyncReadExt, AsyncWriteExt};
use portable::net::{TcpListener, TcpStream, UdpSocket};
#[cfg(unix)]
use portable::net::{UnixDatagram, UnixListener, UnixStream};
use portable::task;
use portable::time::{Duration, timeout};

on_both_flavors! {
    reads_that_are_dropped_lose_nothing,
    writes_that_are_dropped_write_nothing,
    accepts_that_are_dropped_lose_no_connection,
    #[cfg(unix)]
    accepts_that_are_dropped_lose_no_connection_of_unix,
    receives_that_are_dropped_lose_no_datagram,
    #[cfg(unix)]
    receives_that_are_dropped_lose_no_datagram_of_unix,
    peeks_that_are_dropped_take_nothing,
    connects_that_are_dropped_are_given_up,
    a_waiter_that_is_dropped_hands_nothing_over_to_nobody,
}

/// Begins `call` and drops it, over and over and each time in another way, until one of the calls
/// comes to its end.
async fn dropping<F: Future>(mut call: impl FnMut() -> F) -> F::Output {
    for turn in 0_u64.. {
        match turn % 3 {
            // The call is dropped after one poll.
            0 => {
                if let Poll::Ready(output) = common::poll_once(pin!(call())) {
                    return output;
                }
            }
            // The call is dropped while it waits.
            1 => {
                let time = Duration::from_micros(turn % 200);
                if let Ok(output) = timeout(time, call()).await {
                    return output;
                }
            }
            // Two calls wait, and the one that waited first is dropped.
            _ => {
                let mut first = Box::pin(call());
                let mut second = pin!(call());
                if let Poll::Ready(output) = common::poll_once(first.as_mut()) {
                    return output;
                }
                let polled = common::poll_once(second.as_mut());
                drop(first);
                if let Poll::Ready(output) = polled {
                    return output;
                }
                if let Ok(output) = timeout(Duration::from_micros(100), second).await {
                    return output;
                }
            }
        }
        task::yield_now().await;
    }
    unreachable!()
}

async fn reads_that_are_dropped_lose_nothing() {
    let (mut one, mut other) = pair().await;
    let bytes = some_bytes(200_000);
    let writer = task::spawn({
        let bytes = bytes.clone();
        async move {
            for (n, part) in bytes.chunks(997).enumerate() {
                one.write_all(part).await.unwrap();
                if n % 3 == 0 {
                    task::yield_now().await;
                }
            }
        }
    });
    let mut read = Vec::new();
    let mut buf = [0; 256];
    for turn in 0.. {
        let len = match turn % 3 {
            0 => match common::poll_once(pin!(other.read(&mut buf))) {
                Poll::Ready(len) => len.unwrap(),
                Poll::Pending => continue,
            },
            1 => {
                let time = Duration::from_micros(turn % 200);
                match timeout(time, other.read(&mut buf)).await {
                    Ok(len) => len.unwrap(),
                    Err(_) => continue,
                }
            }
            _ => dropping(|| try_and_wait(&other)).await,
        };
        // The last way only peeks.
        if turn % 3 != 2 {
            if len == 0 {
                break;
            }
            read.extend_from_slice(&buf[..len]);
        }
    }
    assert!(read == bytes);
    writer.await.unwrap();
}

/// Waits for bytes and peeks. Several tasks may do so at once, which the `&mut` of `read` forbids.
async fn try_and_wait(stream: &TcpStream) -> usize {
    stream.readable().await.unwrap();
    stream.peek(&mut [0; 16]).await.unwrap()
}

async fn writes_that_are_dropped_write_nothing() {
    let (mut one, mut other) = small_pair().await;
    let bytes = some_bytes(300_000);
    let reader = task::spawn(async move {
        let mut read = Vec::new();
        let mut buf = [0; 700];
        loop {
            match other.read(&mut buf).await.unwrap() {
                0 => return read,
                len => read.extend_from_slice(&buf[..len]),
            }
            task::yield_now().await;
        }
    });
    let mut rest = &bytes[..];
    let mut turn = 0;
    while !rest.is_empty() {
        turn += 1;
        let part = &rest[..rest.len().min(5000)];
        let written = if turn % 2 == 0 {
            match common::poll_once(pin!(one.write(part))) {
                Poll::Ready(written) => Some(written),
                Poll::Pending => None,
            }
        } else {
            let time = Duration::from_micros(turn % 300);
            timeout(time, one.write(part)).await.ok()
        };
        match written {
            Some(written) => rest = &rest[written.unwrap()..],
            None => task::yield_now().await,
        }
    }
    drop(one);
    assert!(reader.await.unwrap() == bytes);
}

async fn accepts_that_are_dropped_lose_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let clients = task::spawn(async move {
        for n in 0..100_u8 {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(&[n]).await.unwrap();
        }
    });
    for n in 0..100 {
        let (mut stream, _) = dropping(|| listener.accept()).await.unwrap();
        let mut buf = [0; 2];
        assert_eq!(stream.read(&mut buf).await.unwrap(), 1);
        assert_eq!(buf[0], n);
    }
    clients.await.unwrap();
}

#[cfg(unix)]
async fn accepts_that_are_dropped_lose_no_connection_of_unix() {
    let directory = super::unix::Directory::new();
    let path = directory.path("socket");
    let listener = UnixListener::bind(&path).unwrap();
    let clients = task::spawn(async move {
        for n in 0..100_u8 {
            let mut stream = UnixStream::connect(&path).await.unwrap();
            stream.write_all(&[n]).await.unwrap();
        }
    });
    for n in 0..100 {
        let (mut stream, _) = dropping(|| listener.accept()).await.unwrap();
        let mut buf = [0; 2];
        assert_eq!(stream.read(&mut buf).await.unwrap(), 1);
        assert_eq!(buf[0], n);
    }
    clients.await.unwrap();
}

async fn receives_that_are_dropped_lose_no_datagram() {
    let one = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let other = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = other.local_addr().unwrap();
    let from = one.local_addr().unwrap();
    // The next datagram is sent when this one has arrived, so the operating system loses none.
    let sender = task::spawn(async move {
        for n in 0..200_u8 {
            one.send_to(&[n], address).await.unwrap();
            one.recv(&mut [0]).await.unwrap();
        }
    });
    for n in 0..200 {
        let (byte, len, sender) = dropping(|| async {
            let mut buf = [0; 2];
            let (len, from) = other.recv_from(&mut buf).await.unwrap();
            (buf[0], len, from)
        })
        .await;
        assert_eq!((byte, len, sender), (n, 1, from));
        other.send_to(&[n], from).await.unwrap();
    }
    sender.await.unwrap();
}

#[cfg(unix)]
async fn receives_that_are_dropped_lose_no_datagram_of_unix() {
    let (one, other) = UnixDatagram::pair().unwrap();
    let sender = task::spawn(async move {
        for n in 0..200_u8 {
            let datagram = [n];
            dropping(|| one.send(&datagram)).await.unwrap();
        }
    });
    for n in 0..200 {
        let byte = dropping(|| async {
            let mut buf = [0; 2];
            assert_eq!(other.recv(&mut buf).await.unwrap(), 1);
            buf[0]
        })
        .await;
        assert_eq!(byte, n);
    }
    sender.await.unwrap();
}

async fn peeks_that_are_dropped_take_nothing() {
    let (mut one, mut other) = pair().await;
    let writer = task::spawn(async move {
        task::yield_now().await;
        one.write_all(b"hello").await.unwrap();
    });
    let peeked = dropping(|| async {
        let mut buf = [0; 8];
        other.peek(&mut buf).await.unwrap()
    });
    assert_eq!(peeked.await, 5);
    let mut text = String::new();
    other.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "hello");
    writer.await.unwrap();
}

async fn connects_that_are_dropped_are_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    for _ in 0..50 {
        let _ = common::poll_once(pin!(TcpStream::connect(address)));
    }
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"!").await.unwrap();
    // Connections that were given up may have come to the listener, and are at their end.
    loop {
        let (mut accepted, _) = listener.accept().await.unwrap();
        if accepted.read(&mut [0]).await.is_ok_and(|len| len == 1) {
            break;
        }
    }
}

/// Two calls wait, a connection comes, and the call that is woken goes away: the other one gets the
/// connection.
async fn a_waiter_that_is_dropped_hands_nothing_over_to_nobody() {
    for _ in 0..50 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut first = Box::pin(listener.accept());
        let mut second = pin!(listener.accept());
        assert!(common::poll_once(first.as_mut()).is_pending());
        assert!(common::poll_once(second.as_mut()).is_pending());
        let client = task::spawn(async move { TcpStream::connect(address).await.unwrap() });
        let _client = client.await.unwrap();
        drop(first);
        second.await.unwrap();
    }
}
