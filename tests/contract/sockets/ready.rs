//! Waiting for any kind of readiness, and operations of the caller's (contract 20).

use std::future::poll_fn;
use std::io;
#[cfg(unix)]
use std::io::Read;
use std::pin::pin;
use std::sync::Arc;

use super::tcp::{pair, some_bytes};
use crate::common::{self, on_both_flavors};
use portable::io::{AsyncReadExt, AsyncWriteExt, Interest, Ready};
use portable::net::UdpSocket;
#[cfg(unix)]
use portable::net::{UnixDatagram, UnixStream};
use portable::task::{self, JoinSet};
use portable::time::{Duration, sleep, timeout};

on_both_flavors! {
    ready_says_what_is_possible,
    #[cfg(unix)]
    a_fresh_pair_has_room,
    #[cfg(unix)]
    ready_keeps_until_an_attempt_had_to_wait,
    reads_of_all_kinds_agree_on_what_is_ready,
    #[cfg(unix)]
    try_io_calls_nothing_that_is_not_ready,
    #[cfg(unix)]
    async_io_repeats_until_it_is_done,
    #[cfg(unix)]
    ready_sees_the_ends,
    ready_sees_errors,
    ready_wakes_every_task,
    ready_that_is_dropped_loses_nothing,
    ready_takes_no_time_while_it_waits,
    halves_say_what_is_possible,
    #[cfg(unix)]
    datagrams_are_ready_too,
    #[cfg(windows)]
    ready_asks_the_operating_system,
    urgent_data_is_no_business_of_a_stream,
}

const BOTH: Interest = Interest::READABLE.add(Interest::WRITABLE);

async fn is_pending<T>(future: impl Future<Output = T>) -> bool {
    timeout(Duration::from_millis(30), future).await.is_err()
}

#[cfg(unix)]
/// Returns another owner of the same socket, whose operations the socket does not see.
fn aside(stream: &UnixStream) -> std::os::unix::net::UnixStream {
    use std::os::fd::AsFd;
    stream.as_fd().try_clone_to_owned().unwrap().into()
}

async fn ready_says_what_is_possible() {
    let (one, mut other) = pair().await;
    let ready = one.ready(BOTH).await.unwrap();
    assert!(ready.is_writable() && !ready.is_readable(), "{ready:?}");
    assert!(!ready.is_write_closed() && !ready.is_read_closed());
    assert!(is_pending(one.ready(Interest::READABLE)).await);
    other.write_all(b"hello").await.unwrap();
    let ready = one.ready(Interest::READABLE).await.unwrap();
    assert_eq!(ready, Ready::READABLE);
    assert_eq!(one.try_read(&mut [0; 8]).unwrap(), 5);
}

/// Before the runtime has looked.
#[cfg(unix)]
async fn a_fresh_pair_has_room() {
    let (one, other) = UnixStream::pair().unwrap();
    assert!(common::poll_once(pin!(one.writable())).is_ready());
    assert!(common::poll_once(pin!(one.readable())).is_pending());
    assert_eq!(one.try_write(b"hello").unwrap(), 5);
    other.readable().await.unwrap();
    let (one, other) = UnixDatagram::pair().unwrap();
    assert!(common::poll_once(pin!(one.writable())).is_ready());
    assert!(common::poll_once(pin!(other.readable())).is_pending());
    let mut ready = pin!(poll_fn(|cx| one.poll_send_ready(cx)));
    assert!(common::poll_once(ready.as_mut()).is_ready() || ready.await.is_ok());
}

#[cfg(unix)]
async fn ready_keeps_until_an_attempt_had_to_wait() {
    let (one, mut other) = UnixStream::pair().unwrap();
    other.write_all(b"hello").await.unwrap();
    assert!(one.ready(BOTH).await.unwrap().is_readable());
    assert_eq!(aside(&one).read(&mut [0; 8]).unwrap(), 5);
    // Nobody has told the socket that there is nothing left.
    assert!(one.ready(Interest::READABLE).await.unwrap().is_readable());
    let error = one.try_read(&mut [0; 8]).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    assert!(is_pending(one.ready(Interest::READABLE)).await);
    assert!(is_pending(one.readable()).await);
    assert!(!one.ready(BOTH).await.unwrap().is_readable());
    other.write_all(b"again").await.unwrap();
    one.ready(Interest::READABLE).await.unwrap();
    one.readable().await.unwrap();
    assert_eq!(one.try_read(&mut [0; 8]).unwrap(), 5);
}

async fn reads_of_all_kinds_agree_on_what_is_ready() {
    let (mut one, mut other) = pair().await;
    let bytes = some_bytes(300_000);
    let writer = task::spawn({
        let bytes = bytes.clone();
        async move {
            for chunk in bytes.chunks(7_001) {
                other.write_all(chunk).await.unwrap();
                task::yield_now().await;
            }
        }
    });
    let mut read = Vec::new();
    let mut buf = [0; 1_000];
    for turn in 0.. {
        let len = match turn % 4 {
            0 => {
                one.ready(Interest::READABLE).await.unwrap();
                one.try_read(&mut buf)
            }
            1 => one.read(&mut buf).await,
            2 => {
                let receive = || socket2::SockRef::from(&one).peek(uninit(&mut buf));
                one.async_io(Interest::READABLE, receive).await.unwrap();
                one.try_read(&mut buf)
            }
            _ => {
                one.readable().await.unwrap();
                one.try_io(Interest::READABLE, || one.try_read(&mut buf))
            }
        };
        match len {
            Ok(0) => break,
            Ok(len) => read.extend_from_slice(&buf[..len]),
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
        }
    }
    assert!(read == bytes);
    writer.await.unwrap();
}

fn uninit(buf: &mut [u8]) -> &mut [std::mem::MaybeUninit<u8>] {
    // SAFETY: the socket only writes to it.
    unsafe { &mut *(&raw mut *buf as *mut [std::mem::MaybeUninit<u8>]) }
}

#[cfg(unix)]
async fn try_io_calls_nothing_that_is_not_ready() {
    let (one, other) = UnixStream::pair().unwrap();
    let mut aside = aside(&one);
    let never = || -> io::Result<()> { panic!("nothing is readable") };
    let kind = |result: io::Result<()>| result.unwrap_err().kind();
    // Lets the runtime see the socket.
    one.ready(Interest::WRITABLE).await.unwrap();
    let error = one.try_io(Interest::READABLE, never);
    assert_eq!(kind(error), io::ErrorKind::WouldBlock);

    assert_eq!(other.try_write(b"bytes").unwrap(), 5);
    one.ready(Interest::READABLE).await.unwrap();
    assert_eq!(one.try_io(BOTH, || Ok(7)).unwrap(), 7);
    // An error is no reason to clear.
    let fails = || Err(io::ErrorKind::NotFound.into());
    assert_eq!(
        kind(one.try_io(Interest::READABLE, fails)),
        io::ErrorKind::NotFound
    );
    let waits = || Err(io::ErrorKind::WouldBlock.into());
    assert_eq!(
        kind(one.try_io(Interest::READABLE, waits)),
        io::ErrorKind::WouldBlock
    );
    // It counts as not readable, although there are bytes, until more come.
    assert_eq!(
        kind(one.try_io(Interest::READABLE, never)),
        io::ErrorKind::WouldBlock
    );
    assert!(is_pending(one.ready(Interest::READABLE)).await);
    assert_eq!(other.try_write(b"more").unwrap(), 4);
    one.ready(Interest::READABLE).await.unwrap();
    let mut buf = [0; 16];
    let read = one.try_io(Interest::READABLE, || aside.read(&mut buf));
    assert_eq!(read.unwrap(), 9);
    // The other direction has nothing to do with it.
    assert_eq!(one.try_io(Interest::WRITABLE, || Ok(7)).unwrap(), 7);
}

#[cfg(unix)]
async fn async_io_repeats_until_it_is_done() {
    let (one, mut other) = UnixStream::pair().unwrap();
    let mut aside = aside(&one);
    let writer = task::spawn(async move {
        sleep(Duration::from_millis(20)).await;
        other.write_all(b"hello").await.unwrap();
        other
    });
    let (mut calls, mut buf) = (0, [0; 8]);
    let read = one.async_io(Interest::READABLE, || {
        calls += 1;
        aside.read(&mut buf)
    });
    assert_eq!(read.await.unwrap(), 5);
    assert_eq!(&buf[..5], b"hello");
    assert!(calls <= 2, "{calls}");
    // The first attempt finds nothing, and the next one comes when there is something.
    let mut other = writer.await.unwrap();
    let (mut calls, mut buf) = (0, [0; 8]);
    {
        let mut read = pin!(one.async_io(Interest::READABLE, || {
            calls += 1;
            aside.read(&mut buf)
        }));
        assert!(is_pending(read.as_mut()).await);
        other.write_all(b"again").await.unwrap();
        assert_eq!(read.await.unwrap(), 5);
    }
    assert!(calls <= 2, "{calls}");
    let failed = one.async_io(BOTH, || {
        io::Result::<()>::Err(io::ErrorKind::NotFound.into())
    });
    assert_eq!(failed.await.unwrap_err().kind(), io::ErrorKind::NotFound);
}

#[cfg(unix)]
async fn ready_sees_the_ends() {
    async fn until(mut is_so: impl FnMut(Ready) -> bool, interest: Interest, stream: &UnixStream) {
        while !is_so(stream.ready(interest).await.unwrap()) {
            // What is ready already is returned at once.
            sleep(Duration::from_millis(1)).await;
        }
    }

    let (one, mut other) = UnixStream::pair().unwrap();
    other.shutdown().await.unwrap();
    until(Ready::is_read_closed, BOTH, &one).await;
    assert!(!one.ready(BOTH).await.unwrap().is_write_closed());
    drop(other);
    until(Ready::is_write_closed, BOTH, &one).await;
    // What is closed stays so, whatever an attempt finds.
    let error = one.try_io(BOTH, || {
        io::Result::<()>::Err(io::ErrorKind::WouldBlock.into())
    });
    assert_eq!(error.unwrap_err().kind(), io::ErrorKind::WouldBlock);
    assert!(
        one.ready(Interest::READABLE)
            .await
            .unwrap()
            .is_read_closed()
    );
    assert!(
        one.ready(Interest::WRITABLE)
            .await
            .unwrap()
            .is_write_closed()
    );

    let (one, other) = pair().await;
    drop(other);
    while !one.ready(BOTH).await.unwrap().is_read_closed() {
        sleep(Duration::from_millis(1)).await;
    }
}

async fn ready_sees_errors() {
    let nobody = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = nobody.local_addr().unwrap();
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.connect(address).await.unwrap();
    assert!(is_pending(socket.ready(Interest::ERROR)).await);
    drop(nobody);
    // A child that another test is just starting may still own the closed socket.
    let ready = loop {
        socket.send(b"hello").await.unwrap();
        let ready = socket.ready(Interest::ERROR);
        if let Ok(ready) = timeout(Duration::from_millis(100), ready).await {
            break ready.unwrap();
        }
    };
    assert!(ready.is_error());
    let error = socket.take_error().unwrap().unwrap();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
}

async fn ready_wakes_every_task() {
    let (one, mut other) = pair().await;
    let one = Arc::new(one);
    let mut readers = JoinSet::new();
    for _ in 0..10 {
        let one = one.clone();
        readers.spawn(async move { one.ready(Interest::READABLE).await.unwrap() });
    }
    sleep(Duration::from_millis(10)).await;
    other.write_all(b"hello").await.unwrap();
    while let Some(ready) = readers.join_next().await {
        assert!(ready.unwrap().is_readable());
    }
}

async fn ready_that_is_dropped_loses_nothing() {
    let (one, mut other) = pair().await;
    for _ in 0..100 {
        {
            let mut first = Box::pin(one.ready(Interest::READABLE));
            let mut second = pin!(one.ready(Interest::READABLE));
            assert!(common::poll_once(first.as_mut()).is_pending());
            assert!(common::poll_once(second.as_mut()).is_pending());
            other.write_all(b"hello").await.unwrap();
            drop(first);
            second.await.unwrap();
        }
        assert_eq!(one.try_read(&mut [0; 8]).unwrap(), 5);
        let error = one.try_read(&mut [0; 8]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    }
}

async fn ready_takes_no_time_while_it_waits() {
    let (one, mut other) = pair().await;
    one.ready(Interest::WRITABLE).await.unwrap();
    let mut polls = 0;
    {
        let mut ready = pin!(one.ready(Interest::READABLE));
        let mut counted = pin!(poll_fn(|cx| {
            polls += 1;
            ready.as_mut().poll(cx)
        }));
        assert!(is_pending(counted.as_mut()).await);
        other.write_all(b"hello").await.unwrap();
        counted.await.unwrap();
    }
    assert!(polls <= 6, "{polls} polls");
}

async fn halves_say_what_is_possible() {
    let (mut one, mut other) = pair().await;
    {
        let (read, write) = one.split();
        assert!(is_pending(read.ready(Interest::READABLE)).await);
        assert!(write.ready(Interest::WRITABLE).await.unwrap().is_writable());
    }
    let (read, write) = one.into_split();
    assert!(write.ready(Interest::WRITABLE).await.unwrap().is_writable());
    other.write_all(b"hello").await.unwrap();
    assert!(read.ready(Interest::READABLE).await.unwrap().is_readable());
    assert_eq!(read.try_read(&mut [0; 8]).unwrap(), 5);
}

#[cfg(unix)]
async fn datagrams_are_ready_too() {
    let (one, other) = UnixDatagram::pair().unwrap();
    assert!(one.ready(Interest::WRITABLE).await.unwrap().is_writable());
    assert!(is_pending(one.ready(Interest::READABLE)).await);
    other.send(b"hello").await.unwrap();
    assert_eq!(
        one.ready(Interest::READABLE).await.unwrap(),
        Ready::READABLE
    );
    assert_eq!(one.recv(&mut [0; 8]).await.unwrap(), 5);
    let mut buf = [0; 8];
    let mut recv = pin!(one.recv(&mut buf));
    assert!(common::poll_once(recv.as_mut()).is_pending());
    assert!(is_pending(one.ready(Interest::READABLE)).await);
}

/// Windows reports no changes, so each call tells what is so at that moment.
#[cfg(windows)]
async fn ready_asks_the_operating_system() {
    let (one, mut other) = pair().await;
    let kind = |result: io::Result<()>| result.unwrap_err().kind();
    let never = || -> io::Result<()> { panic!("nothing is readable") };
    let waits = || Err(io::ErrorKind::WouldBlock.into());
    assert_eq!(
        kind(one.try_io(Interest::READABLE, never)),
        io::ErrorKind::WouldBlock
    );
    other.write_all(b"hello").await.unwrap();
    one.ready(Interest::READABLE).await.unwrap();
    assert_eq!(one.try_io(BOTH, || Ok(7)).unwrap(), 7);
    assert_eq!(
        kind(one.try_io(Interest::READABLE, waits)),
        io::ErrorKind::WouldBlock
    );
    // There is still something to read, whatever the operation has said.
    assert!(one.ready(BOTH).await.unwrap().is_readable());
    let mut calls = 0;
    let read = one.async_io(Interest::READABLE, || {
        calls += 1;
        one.try_read(&mut [0; 8])
    });
    assert_eq!(read.await.unwrap(), 5);
    assert_eq!(calls, 1);
    assert!(is_pending(one.ready(Interest::READABLE)).await);
    drop(other);
    let ready = one.ready(Interest::READABLE).await.unwrap();
    assert!(ready.is_readable());
    assert_eq!(one.try_read(&mut [0; 8]).unwrap(), 0);

    let one = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    assert!(one.ready(Interest::WRITABLE).await.unwrap().is_writable());
    assert!(is_pending(one.ready(Interest::READABLE)).await);
    one.send_to(b"hello", one.local_addr().unwrap())
        .await
        .unwrap();
    assert!(one.ready(Interest::READABLE).await.unwrap().is_readable());
    assert_eq!(one.recv(&mut [0; 8]).await.unwrap(), 5);
    assert!(is_pending(one.ready(Interest::READABLE)).await);
}

/// As on Tokio, whose streams do not ask for it.
async fn urgent_data_is_no_business_of_a_stream() {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        let (one, other) = pair().await;
        socket2::SockRef::from(&other)
            .send_out_of_band(b"!")
            .unwrap();
        assert!(is_pending(one.ready(Interest::PRIORITY)).await);
        drop(other);
        let ready = one.ready(Interest::PRIORITY).await.unwrap();
        assert!(ready.is_read_closed());
    }
}

#[test]
fn interests_and_readiness_are_sets() {
    assert_eq!(BOTH.remove(Interest::READABLE), Some(Interest::WRITABLE));
    assert_eq!(Interest::READABLE.remove(BOTH), None);
    assert_eq!(Interest::READABLE | Interest::WRITABLE, BOTH);
    let mut interest = Interest::READABLE;
    interest |= Interest::ERROR;
    assert!(interest.is_readable() && interest.is_error() && !interest.is_writable());
    assert_eq!(format!("{interest:?}"), "READABLE | ERROR");

    let mut ready = Ready::READABLE;
    ready |= Ready::WRITE_CLOSED;
    assert!(ready.is_readable() && ready.is_writable() && ready.is_write_closed());
    assert!(!ready.is_read_closed() && !ready.is_error() && !ready.is_empty());
    assert_eq!(ready & Ready::READABLE, Ready::READABLE);
    assert_eq!(ready - Ready::READABLE, Ready::WRITE_CLOSED);
    assert!((Ready::ALL - Ready::ALL).is_empty());
    assert!(Ready::READ_CLOSED.is_readable());
    assert_eq!(Ready::ALL & ready, ready);
}
