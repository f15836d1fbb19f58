//! Failures, with the operating system's error, its kind and its code (contract 20).

#[cfg(unix)]
use std::fs::File;
#[cfg(unix)]
use std::future::Future;
use std::io;
#[cfg(unix)]
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::time::Duration;

use super::tcp::{pair, some_bytes};
#[cfg(unix)]
use crate::common::program;
use crate::common::{error_of_closed, on_both_flavors};
use portable::io::{AsyncReadExt, AsyncWriteExt};
use portable::net::{TcpListener, TcpSocket, TcpStream, lookup_host};
#[cfg(unix)]
use portable::runtime::Builder;
use portable::task;
use portable::time::{sleep, timeout};

on_both_flavors! {
    nobody_listens,
    an_address_is_taken,
    an_address_is_not_ours,
    there_is_no_such_host,
    there_is_no_address,
    the_other_side_resets,
    a_writer_learns_that_the_other_side_has_reset,
    the_other_side_vanishes_in_the_middle,
    the_other_side_vanishes_while_one_writes,
}

/// Asserts that an error has std's kind and code.
#[track_caller]
fn is_same(error: io::Error, expected: &io::Error) {
    assert_eq!(error.kind(), expected.kind(), "{error}");
    assert_eq!(error.raw_os_error(), expected.raw_os_error(), "{error}");
    assert_eq!(error.to_string(), expected.to_string());
}

async fn nobody_listens() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let expected = error_of_closed(async || std::net::TcpStream::connect(address)).await;
    assert_eq!(expected.kind(), io::ErrorKind::ConnectionRefused);
    assert!(expected.raw_os_error().is_some());
    is_same(TcpStream::connect(address).await.unwrap_err(), &expected);
    let socket = TcpSocket::new_v4().unwrap();
    is_same(socket.connect(address).await.unwrap_err(), &expected);
    // Several addresses give the error of the last one.
    let addresses = [address; 3];
    is_same(
        TcpStream::connect(&addresses[..]).await.unwrap_err(),
        &expected,
    );
}

async fn an_address_is_taken() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let expected = std::net::TcpListener::bind(address).unwrap_err();
    assert_eq!(expected.kind(), io::ErrorKind::AddrInUse);
    is_same(TcpListener::bind(address).await.unwrap_err(), &expected);
    let socket = TcpSocket::new_v4().unwrap();
    is_same(socket.bind(address).unwrap_err(), &expected);
}

async fn an_address_is_not_ours() {
    let expected = std::net::TcpListener::bind("192.0.2.1:0").unwrap_err();
    assert_eq!(expected.kind(), io::ErrorKind::AddrNotAvailable);
    is_same(
        TcpListener::bind("192.0.2.1:0").await.unwrap_err(),
        &expected,
    );
}

async fn there_is_no_such_host() {
    // The operating system's error may differ from time to time, but the lookup always fails.
    let host = "no-such-host.invalid:80";
    let error = TcpStream::connect(host).await.unwrap_err();
    if cfg!(unix) {
        assert!(error.to_string().contains("lookup"), "{error}");
    }
    assert!(lookup_host(host).await.is_err());
    assert!(TcpListener::bind(host).await.is_err());
}

async fn there_is_no_address() {
    for text in ["no port", "127.0.0.1", "host:port", "host:99999", ""] {
        let expected = std::net::TcpStream::connect(text).unwrap_err();
        is_same(TcpStream::connect(text).await.unwrap_err(), &expected);
        is_same(TcpListener::bind(text).await.unwrap_err(), &expected);
    }
    let error = TcpStream::connect(&[][..]).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    let error = TcpListener::bind(&[][..]).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
}

/// Returns whether a reader of std learns that the other side has reset the connection.
fn tells_of_resets() -> bool {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let one = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (mut other, _) = listener.accept().unwrap();
    other.set_nonblocking(true).unwrap();
    socket2::SockRef::from(&one)
        .set_linger(Some(Duration::ZERO))
        .unwrap();
    drop(one);
    loop {
        match io::Read::read(&mut other, &mut [0; 8]) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            read => break read.is_err(),
        }
    }
}

async fn the_other_side_resets() {
    for waits in [false, true] {
        let (one, mut other) = pair().await;
        one.set_zero_linger().unwrap();
        let reader = task::spawn(async move {
            let read = other.read(&mut [0; 8]).await;
            (other, read)
        });
        if waits {
            sleep(Duration::from_millis(5)).await;
        }
        drop(one);
        let (mut other, read) = reader.await.unwrap();
        // On some systems the operating system tells of no reset: wine does not.
        if !tells_of_resets() {
            continue;
        }
        let error = read.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        assert!(error.raw_os_error().is_some());
        // The reset is reported once on Unix. After it the connection is closed.
        let again = other.read(&mut [0; 8]).await;
        let error = other.write(b"more").await.unwrap_err();
        if cfg!(unix) {
            assert_eq!(again.unwrap(), 0);
            assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        } else {
            assert!(matches!(
                error.kind(),
                io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted
            ));
        }
    }
}

async fn a_writer_learns_that_the_other_side_has_reset() {
    let (one, mut other) = pair().await;
    let writer = task::spawn(async move {
        // There is no room for so many bytes.
        let bytes = some_bytes(1 << 20);
        loop {
            if let Err(error) = other.write_all(&bytes).await {
                break error;
            }
        }
    });
    sleep(Duration::from_millis(5)).await;
    one.set_zero_linger().unwrap();
    drop(one);
    let error = writer.await.unwrap();
    assert!(
        matches!(
            error.kind(),
            io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
        ),
        "{error}"
    );
    assert!(error.raw_os_error().is_some());
}

/// Half a message comes, followed by the end or by a reset.
async fn the_other_side_vanishes_in_the_middle() {
    for resets in [false, true] {
        let (mut one, mut other) = pair().await;
        one.write_all(b"half of the").await.unwrap();
        let reader = task::spawn(async move { other.read_exact(&mut [0; 100]).await });
        sleep(Duration::from_millis(5)).await;
        let expected = if resets && tells_of_resets() {
            one.set_zero_linger().unwrap();
            io::ErrorKind::ConnectionReset
        } else {
            io::ErrorKind::UnexpectedEof
        };
        drop(one);
        let error = timeout(Duration::from_secs(30), reader).await;
        assert_eq!(error.unwrap().unwrap().unwrap_err().kind(), expected);
    }
}

/// The other side's end alone is no error to a writer. A missing reader is one.
async fn the_other_side_vanishes_while_one_writes() {
    let (one, mut other) = pair().await;
    drop(one);
    let bytes = some_bytes(1 << 16);
    let error = loop {
        if let Err(error) = other.write_all(&bytes).await {
            break error;
        }
    };
    assert!(
        matches!(
            error.kind(),
            io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
        ),
        "{error}"
    );
}

/// Runs a program on both flavours.
#[cfg(unix)]
fn on_each_flavor<F: Future<Output = ()>>(run: impl Fn() -> F) {
    for mut builder in [Builder::new_current_thread(), Builder::new_multi_thread()] {
        builder.build().unwrap().block_on(run());
    }
}

/// Limits the descriptors of this process.
#[cfg(unix)]
fn limit_descriptors(limit: u64) {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let mut limits = getrlimit(Resource::Nofile);
    limits.current = Some(limit);
    setrlimit(Resource::Nofile, limits).unwrap();
}

#[cfg(unix)]
#[test]
fn without_descriptors_the_server_goes_on() {
    async fn server_goes_on() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut one = TcpStream::connect(address).await.unwrap();
        let (mut other, _) = listener.accept().await.unwrap();
        let mut files = Vec::new();
        while let Ok(file) = File::open("/dev/null") {
            files.push(file);
        }
        let expected = File::open("/dev/null").unwrap_err();
        assert!(expected.raw_os_error().is_some());

        is_same(TcpStream::connect(address).await.unwrap_err(), &expected);
        is_same(
            TcpListener::bind("127.0.0.1:0").await.unwrap_err(),
            &expected,
        );
        is_same(portable::net::UnixStream::pair().unwrap_err(), &expected);
        let bind = portable::net::UdpSocket::bind("127.0.0.1:0").await;
        is_same(bind.unwrap_err(), &expected);

        // A client gets the last descriptor, and the server has none to accept it.
        files.pop();
        let mut client = TcpStream::connect(address).await.unwrap();
        for _ in 0..3 {
            is_same(listener.accept().await.unwrap_err(), &expected);
            sleep(Duration::from_millis(1)).await;
        }
        // Existing connections go on.
        one.write_all(b"hello").await.unwrap();
        other.read_exact(&mut [0; 5]).await.unwrap();

        files.pop();
        let (mut accepted, _) = listener.accept().await.unwrap();
        client.write_all(b"hello").await.unwrap();
        accepted.read_exact(&mut [0; 5]).await.unwrap();
        println!("accepted");
    }

    program!("without_descriptors_the_server_goes_on").run(
        || {
            limit_descriptors(100);
            on_each_flavor(server_goes_on);
        },
        |outcome| outcome.printed(&["accepted"; 2]),
    );
}

/// The descriptor is closed without the socket's knowledge.
#[cfg(unix)]
#[test]
fn a_descriptor_that_is_closed_is_an_error() {
    async fn is_an_error() {
        let (one, mut other) = pair().await;
        // SAFETY: The test is about this close. No other thread opens anything in this process, so
        // `one`, which closes the descriptor again, closes no other.
        drop(unsafe { OwnedFd::from_raw_fd(one.as_raw_fd()) });
        let expected = io::Error::from(rustix::io::Errno::BADF);
        is_same(one.try_read(&mut [0; 8]).unwrap_err(), &expected);
        is_same(one.try_write(b"bytes").unwrap_err(), &expected);
        is_same(one.peer_addr().unwrap_err(), &expected);
        assert_eq!(other.read(&mut [0; 8]).await.unwrap(), 0);
        // The socket is not waited for any longer, and does no harm.
        std::mem::forget(one);
        let (mut one, mut other) = pair().await;
        one.write_all(b"hello").await.unwrap();
        other.read_exact(&mut [0; 5]).await.unwrap();
        println!("error");
    }

    program!("a_descriptor_that_is_closed_is_an_error").run(
        || on_each_flavor(is_an_error),
        |outcome| outcome.printed(&["error"; 2]),
    );
}
