//! TCP: streams of bytes and their ends (contract 20).

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::pin::pin;
use std::sync::mpsc;
use std::thread;

use crate::common::{self, Counter, on_both_flavors, with_both_builders};
use portable::io::{AsyncReadExt, AsyncWriteExt, Interest};
use portable::net::{TcpListener, TcpSocket, TcpStream};
use portable::runtime::Builder;
use portable::task;
use portable::time::{Duration, Instant, sleep};

on_both_flavors! {
    bytes_arrive,
    addresses_are_those_of_the_other_side,
    shutdown_ends_the_stream,
    close_is_shutdown,
    after_shutdown_reading_goes_on,
    after_shutdown_nothing_is_written,
    shutdown_may_be_called_again,
    dropping_ends_the_stream,
    the_end_comes_after_all_bytes,
    several_buffers_are_one_call,
    the_first_operations_find_what_is_there,
    a_new_connection_counts_as_ready_until_an_attempt_would_block,
    the_first_attempt_of_async_io_needs_no_reactor,
    first_operations_that_are_always_ready_give_the_others_a_turn,
    peek_takes_nothing,
    trying_says_would_block,
    ready_and_try_move_all_bytes,
    waiting_polls_only_when_there_is_something,
    a_slow_reader_holds_the_writer_back,
    big_writes_are_done_in_parts,
    std_and_back_loses_nothing,
    connect_takes_the_first_address_that_answers,
    an_address_may_follow_another_at_once,
    options_are_set,
    hosts_have_addresses,
    poll_accept_is_accept,
}

with_both_builders! {
    a_stream_may_be_used_on_another_thread,
    a_stream_may_outlive_its_runtime,
}

/// Returns both sides of a connection.
pub(super) async fn pair() -> (TcpStream, TcpStream) {
    pair_of(TcpListener::bind("127.0.0.1:0").await.unwrap()).await
}

async fn pair_of(listener: TcpListener) -> (TcpStream, TcpStream) {
    let one = TcpStream::connect(listener.local_addr().unwrap());
    // The operating system connects them before anyone accepts.
    let one = one.await.unwrap();
    let (other, address) = listener.accept().await.unwrap();
    assert_eq!(address, one.local_addr().unwrap());
    (one, other)
}

/// Returns both sides of a connection that has room for little.
pub(super) async fn small_pair() -> (TcpStream, TcpStream) {
    let listener = TcpSocket::new_v4().unwrap();
    listener.set_recv_buffer_size(4096).unwrap();
    listener.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = listener.listen(1).unwrap();
    let one = TcpSocket::new_v4().unwrap();
    one.set_send_buffer_size(4096).unwrap();
    let one = one.connect(listener.local_addr().unwrap()).await.unwrap();
    let (other, _) = listener.accept().await.unwrap();
    (one, other)
}

/// Returns bytes whose places can be told from their neighbours.
pub(super) fn some_bytes(len: usize) -> Vec<u8> {
    (0..len).map(|n| (n % 251) as u8).collect()
}

async fn read_to_end(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    bytes
}

async fn bytes_arrive() {
    let (mut one, mut other) = pair().await;
    for text in ["ping", "pong"] {
        one.write_all(text.as_bytes()).await.unwrap();
        let mut buf = [0; 4];
        other.read_exact(&mut buf).await.unwrap();
        assert_eq!(&buf, text.as_bytes());
        std::mem::swap(&mut one, &mut other);
    }
}

async fn addresses_are_those_of_the_other_side() {
    let (one, other) = pair().await;
    assert_eq!(one.local_addr().unwrap(), other.peer_addr().unwrap());
    assert_eq!(one.peer_addr().unwrap(), other.local_addr().unwrap());
    assert!(one.take_error().unwrap().is_none());
    assert!(format!("{one:?}").contains("TcpStream"), "{one:?}");
}

async fn shutdown_ends_the_stream() {
    let (mut one, mut other) = pair().await;
    one.write_all(b"last").await.unwrap();
    one.shutdown().await.unwrap();
    assert_eq!(read_to_end(&mut other).await, b"last");
    // The end stays.
    assert_eq!(other.read(&mut [0; 8]).await.unwrap(), 0);
    assert_eq!(other.try_read(&mut [0; 8]).unwrap(), 0);
}

async fn close_is_shutdown() {
    let (mut one, mut other) = pair().await;
    one.write_all(b"last").await.unwrap();
    one.close().await.unwrap();
    assert_eq!(read_to_end(&mut other).await, b"last");
    other.write_all(b"reply").await.unwrap();
    other.close().await.unwrap();
    assert_eq!(read_to_end(&mut one).await, b"reply");
}

async fn after_shutdown_reading_goes_on() {
    let (mut one, mut other) = pair().await;
    one.shutdown().await.unwrap();
    assert_eq!(read_to_end(&mut other).await, b"");
    let bytes = some_bytes(100_000);
    let writer = task::spawn({
        let bytes = bytes.clone();
        async move { other.write_all(&bytes).await }
    });
    assert_eq!(read_to_end(&mut one).await, bytes);
    writer.await.unwrap().unwrap();
}

async fn after_shutdown_nothing_is_written() {
    let (mut one, _other) = pair().await;
    one.shutdown().await.unwrap();
    let error = one.write(b"more").await.unwrap_err();
    if cfg!(windows) {
        // std has no kind for `WSAESHUTDOWN`.
        assert_eq!(error.raw_os_error(), Some(10058));
    } else {
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
    assert!(error.raw_os_error().is_some());
}

async fn shutdown_may_be_called_again() {
    let (mut one, other) = pair().await;
    one.shutdown().await.unwrap();
    one.shutdown().await.unwrap();
    // The shutdown of a lost connection is no error either.
    other.set_zero_linger().unwrap();
    drop(other);
    let _ = one.read(&mut [0; 8]).await;
    one.shutdown().await.unwrap();
    one.close().await.unwrap();
}

async fn dropping_ends_the_stream() {
    let (one, mut other) = pair().await;
    let waits = task::spawn(async move { read_to_end(&mut other).await });
    task::yield_now().await;
    drop(one);
    assert_eq!(waits.await.unwrap(), b"");
}

async fn the_end_comes_after_all_bytes() {
    let (mut one, mut other) = pair().await;
    let bytes = some_bytes(1 << 20);
    let writer = task::spawn({
        let bytes = bytes.clone();
        async move { one.write_all(&bytes).await }
    });
    assert!(read_to_end(&mut other).await == bytes);
    writer.await.unwrap().unwrap();
}

async fn several_buffers_are_one_call() {
    let (mut one, mut other) = pair().await;
    let parts = [
        IoSlice::new(b"one"),
        IoSlice::new(b""),
        IoSlice::new(b"two"),
    ];
    assert_eq!(one.write_vectored(&parts).await.unwrap(), 6);
    assert_eq!(one.try_write_vectored(&parts).unwrap(), 6);
    drop(one);
    let (mut first, mut second) = ([0; 2], [0; 4]);
    let mut bufs = [IoSliceMut::new(&mut first), IoSliceMut::new(&mut second)];
    assert_eq!(other.read_vectored(&mut bufs).await.unwrap(), 6);
    assert_eq!((&first, &second), (b"on", b"etwo"));
    let mut bufs = [IoSliceMut::new(&mut first), IoSliceMut::new(&mut second)];
    other.readable().await.unwrap();
    assert_eq!(other.try_read_vectored(&mut bufs).unwrap(), 6);
    assert_eq!((&first, &second), (b"on", b"etwo"));
    assert_eq!(read_to_end(&mut other).await, b"");
}

async fn peek_takes_nothing() {
    let (mut one, mut other) = pair().await;
    let mut buf = [0; 8];
    {
        let mut peek = pin!(other.peek(&mut buf));
        assert!(common::poll_once(peek.as_mut()).is_pending());
        one.write_all(b"hello").await.unwrap();
        assert_eq!(peek.await.unwrap(), 5);
    }
    assert_eq!(other.peek(&mut buf[..2]).await.unwrap(), 2);
    let polled = poll_fn(|cx| other.poll_peek(cx, &mut buf)).await;
    assert_eq!(polled.unwrap(), 5);
    assert_eq!(other.read(&mut buf).await.unwrap(), 5);
    assert_eq!(&buf[..5], b"hello");
    drop(one);
    assert_eq!(other.peek(&mut buf).await.unwrap(), 0);
}

async fn trying_says_would_block() {
    let (mut one, mut other) = pair().await;
    let mut buf = [0; 8];
    let would_block = |error: io::Error| error.kind() == io::ErrorKind::WouldBlock;
    assert!(would_block(other.try_read(&mut buf).unwrap_err()));
    one.write_all(b"hello").await.unwrap();
    other.readable().await.unwrap();
    assert_eq!(other.try_read(&mut buf).unwrap(), 5);
    assert!(would_block(other.try_read(&mut buf).unwrap_err()));

    one.writable().await.unwrap();
    let mut written = 0;
    let error = loop {
        match one.try_write(&[7; 65_536]) {
            Ok(len) => written += len,
            Err(error) => break error,
        }
    };
    assert!(would_block(error));
    {
        // There is room again after the other side has read.
        let mut writable = pin!(one.writable());
        assert!(common::poll_once(writable.as_mut()).is_pending());
        let mut bytes = vec![0; written];
        other.read_exact(&mut bytes).await.unwrap();
        assert!(bytes.iter().all(|byte| *byte == 7));
        writable.await.unwrap();
    }
    assert_ne!(one.try_write(&[7; 65_536]).unwrap(), 0);
}

async fn ready_and_try_move_all_bytes() {
    let (one, other) = small_pair().await;
    let bytes = some_bytes(300_000);
    let writer = task::spawn({
        let bytes = bytes.clone();
        async move {
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                one.writable().await.unwrap();
                match one.try_write(rest) {
                    Ok(len) => rest = &rest[len..],
                    Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
                }
            }
        }
    });
    let mut read = Vec::new();
    let mut buf = [0; 1000];
    loop {
        other.readable().await.unwrap();
        match other.try_read(&mut buf) {
            Ok(0) => break,
            Ok(len) => read.extend_from_slice(&buf[..len]),
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
        }
    }
    assert!(read == bytes);
    writer.await.unwrap();
}

/// Returns the output of `future`, and how often it was polled.
async fn polls_of<T>(future: impl Future<Output = T>) -> (T, usize) {
    let polls = Cell::new(0);
    let mut future = pin!(future);
    let output = poll_fn(|cx| {
        polls.set(polls.get() + 1);
        future.as_mut().poll(cx)
    });
    (output.await, polls.get())
}

async fn waiting_polls_only_when_there_is_something() {
    const MESSAGES: usize = 20;

    let (mut one, mut other) = pair().await;
    let pause = Duration::from_millis(5);
    let writer = task::spawn(async move {
        for _ in 0..MESSAGES {
            sleep(pause).await;
            one.write_all(b"message").await.unwrap();
        }
        for _ in 0..MESSAGES {
            sleep(pause).await;
            one.write_all(b"message").await.unwrap();
        }
    });
    let mut buf = [0; 7 * MESSAGES];
    let (read, polls) = polls_of(other.read_exact(&mut buf)).await;
    read.unwrap();
    // There is a first poll, one per message, and some spurious ones.
    assert!(polls <= 3 * MESSAGES, "{polls} polls");

    let mut turns = 0;
    let ready_and_try = async {
        let mut read = 0;
        while read < buf.len() {
            other.readable().await.unwrap();
            turns += 1;
            match other.try_read(&mut buf) {
                Ok(len) => read += len,
                Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
            }
        }
    };
    let ((), polls) = polls_of(ready_and_try).await;
    assert!(polls <= 4 * MESSAGES, "{polls} polls");
    assert!(turns <= 4 * MESSAGES, "{turns} turns");
    writer.await.unwrap();
}

async fn a_slow_reader_holds_the_writer_back() {
    let (mut one, mut other) = small_pair().await;
    let bytes = some_bytes(1 << 20);
    let written = Counter::default();
    let writer = task::spawn({
        let (bytes, written) = (bytes.clone(), written.clone());
        async move {
            for part in bytes.chunks(1024) {
                one.write_all(part).await.unwrap();
                written.add_one();
            }
        }
    });
    // The loop waits until the buffers are full.
    let mut before = usize::MAX;
    while before != written.get() {
        before = written.get();
        sleep(Duration::from_millis(20)).await;
    }
    assert!(written.get() < 512, "{} KiB", written.get());
    assert!(!writer.is_finished());
    assert!(read_to_end(&mut other).await == bytes);
    writer.await.unwrap();
}

async fn big_writes_are_done_in_parts() {
    let (mut one, mut other) = small_pair().await;
    let bytes = some_bytes(1 << 20);
    let part = one.write(&bytes).await.unwrap();
    assert!(0 < part && part < bytes.len(), "{part}");
    let parts = [IoSlice::new(&bytes[part..]), IoSlice::new(&bytes)];
    let reader = task::spawn(async move { read_to_end(&mut other).await });
    let second = one.write_vectored(&parts).await.unwrap();
    drop(one);
    assert!(0 < second && second < bytes.len(), "{second}");
    assert!(reader.await.unwrap() == bytes[..part + second]);
}

async fn std_and_back_loses_nothing() {
    let (mut one, other) = pair().await;
    one.write_all(b"before").await.unwrap();
    other.readable().await.unwrap();
    let std = other.into_std().unwrap();
    one.write_all(b", after").await.unwrap();
    let mut other = TcpStream::from_std(std).unwrap();
    drop(one);
    assert_eq!(read_to_end(&mut other).await, b"before, after");

    // The standard library made this stream, which blocks.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let one = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let listener = TcpListener::from_std(listener).unwrap();
    let (mut other, _) = listener.accept().await.unwrap();
    let mut one = TcpStream::try_from(one).unwrap();
    assert!(one.try_read(&mut [0]).is_err());
    one.write_all(b"hello").await.unwrap();
    drop(one);
    assert_eq!(read_to_end(&mut other).await, b"hello");
    let listener = listener.into_std().unwrap();
    let error = listener.accept().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
}

async fn connect_takes_the_first_address_that_answers() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobodys = nobody.local_addr().unwrap();
    drop(nobody);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stream = TcpStream::connect(&[nobodys, address][..]).await.unwrap();
    assert_eq!(stream.peer_addr().unwrap(), address);
    // A host and a port may be a text or a pair.
    let by_name = format!("localhost:{}", address.port());
    TcpStream::connect(by_name).await.unwrap();
    TcpStream::connect(("127.0.0.1", address.port()))
        .await
        .unwrap();
    // A listener takes the same forms.
    let taken = TcpListener::bind(address).await.unwrap_err();
    assert_eq!(taken.kind(), io::ErrorKind::AddrInUse);
    let free = "127.0.0.1:0".parse().unwrap();
    let second = TcpListener::bind(&[address, free][..]).await.unwrap();
    assert_ne!(second.local_addr().unwrap(), address);
}

async fn an_address_may_follow_another_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let one = TcpStream::connect(address).await.unwrap();
    let (other, _) = listener.accept().await.unwrap();
    drop(listener);
    // This side ends first, so the operating system keeps its address for a while.
    drop(other);
    drop(one);
    // A child that another test is just starting may still own the closed listener, but not for long.
    let start = Instant::now();
    while let Err(error) = TcpListener::bind(address).await {
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        assert!(start.elapsed() < Duration::from_secs(10));
        sleep(Duration::from_millis(1)).await;
    }
}

async fn options_are_set() {
    let socket = TcpSocket::new_v4().unwrap();
    assert!(!socket.reuseaddr().unwrap());
    socket.set_reuseaddr(true).unwrap();
    assert!(socket.reuseaddr().unwrap());
    #[cfg(unix)]
    {
        socket.set_reuseport(true).unwrap();
        assert!(socket.reuseport().unwrap());
    }
    socket.set_keepalive(true).unwrap();
    assert!(socket.keepalive().unwrap());
    socket.set_nodelay(true).unwrap();
    assert!(socket.nodelay().unwrap());
    socket.set_tos_v4(16).unwrap();
    assert_eq!(socket.tos_v4().unwrap(), 16);
    socket.set_send_buffer_size(20_000).unwrap();
    assert!(socket.send_buffer_size().unwrap() >= 20_000);
    socket.set_recv_buffer_size(20_000).unwrap();
    assert!(socket.recv_buffer_size().unwrap() >= 20_000);
    assert!(socket.take_error().unwrap().is_none());
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    assert_ne!(address.port(), 0);
    let listener = socket.listen(8).unwrap();
    assert_eq!(listener.local_addr().unwrap(), address);
    listener.set_ttl(60).unwrap();
    assert_eq!(listener.ttl().unwrap(), 60);

    // A second listener at the same address is allowed.
    #[cfg(unix)]
    {
        let second = TcpSocket::new_v4().unwrap();
        second.set_reuseport(true).unwrap();
        second.set_reuseaddr(true).unwrap();
        second.bind(address).unwrap();
    }

    let socket = TcpSocket::new_v4().unwrap();
    socket.set_keepalive(true).unwrap();
    let stream = socket.connect(address).await.unwrap();
    assert!(!stream.nodelay().unwrap());
    stream.set_nodelay(true).unwrap();
    assert!(stream.nodelay().unwrap());
    stream.set_ttl(70).unwrap();
    assert_eq!(stream.ttl().unwrap(), 70);
    assert_eq!(stream.linger().unwrap(), None);
    stream.set_zero_linger().unwrap();
    assert_eq!(stream.linger().unwrap(), Some(Duration::ZERO));
    #[cfg(target_os = "linux")]
    {
        stream.set_quickack(false).unwrap();
        assert!(!stream.quickack().unwrap());
    }
    let socket = TcpSocket::from_std_stream(stream.into_std().unwrap());
    assert!(socket.keepalive().unwrap());
}

async fn hosts_have_addresses() {
    let found: Vec<_> = portable::net::lookup_host("localhost:80")
        .await
        .unwrap()
        .collect();
    assert!(!found.is_empty());
    assert!(found.iter().all(|found| found.ip().is_loopback()));
    assert!(found.iter().all(|found| found.port() == 80));
    let address = "[::1]:7".parse().unwrap();
    let same: Vec<_> = portable::net::lookup_host("[::1]:7")
        .await
        .unwrap()
        .collect();
    assert_eq!(same, [address]);
}

async fn poll_accept_is_accept() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut accept = pin!(poll_fn(|cx| listener.poll_accept(cx)));
    assert!(common::poll_once(accept.as_mut()).is_pending());
    let one = task::spawn(async move { TcpStream::connect(address).await });
    let (_, from) = accept.await.unwrap();
    assert_eq!(from, one.await.unwrap().unwrap().local_addr().unwrap());
}

fn a_stream_may_be_used_on_another_thread(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (done, is_done) = mpsc::channel();
    runtime.block_on(async {
        let (mut one, mut other) = pair().await;
        let thread = thread::spawn(move || {
            // A foreign executor uses the stream.
            common::block_on(async {
                let mut buf = [0; 5];
                other.read_exact(&mut buf).await.unwrap();
                other.write_all(&buf).await.unwrap();
            });
            // Another runtime uses the stream.
            let mut builder = Builder::new_current_thread();
            builder.build().unwrap().block_on(async {
                let mut buf = [0; 5];
                other.read_exact(&mut buf).await.unwrap();
                other.write_all(&buf).await.unwrap();
            });
            done.send(()).unwrap();
        });
        for text in [b"hello", b"again"] {
            sleep(Duration::from_millis(5)).await;
            one.write_all(text).await.unwrap();
            let mut buf = [0; 5];
            one.read_exact(&mut buf).await.unwrap();
            assert_eq!(&buf, text);
        }
        task::spawn_blocking(|| thread.join().unwrap())
            .await
            .unwrap();
    });
    is_done.recv().unwrap();
}

/// The results depend on the runtime, but the calls neither panic nor wait for ever.
fn a_stream_may_outlive_its_runtime(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (mut one, mut other) = runtime.block_on(async {
        let (mut one, other) = pair().await;
        one.write_all(b"hello").await.unwrap();
        other.readable().await.unwrap();
        (one, other)
    });
    drop(runtime);
    let mut buf = [0; 8];
    match common::block_on(other.read(&mut buf)) {
        Ok(len) => assert_eq!(&buf[..len], b"hello"),
        Err(error) => assert_eq!(error.kind(), io::ErrorKind::Other, "{error}"),
    }
    let _ = common::block_on(one.write(b"more"));
    let _ = (one.try_read(&mut buf), one.try_write(b"more"));
    let _ = common::poll_once(pin!(one.readable()));
    let _ = common::block_on(one.shutdown());
    drop((one, other.into_std()));
}

/// Returns how often a future has to be polled, and its output.
async fn polls<F: Future>(future: F) -> (usize, F::Output) {
    let mut future = pin!(future);
    let mut polls = 0;
    let output = poll_fn(|cx| {
        polls += 1;
        future.as_mut().poll(cx)
    });
    let output = output.await;
    (polls, output)
}

/// Returns an accepted connection, and its other side, which has sent `bytes`.
async fn accepted(bytes: &[u8]) -> (TcpStream, std::net::TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    io::Write::write_all(&mut client, bytes).unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    (stream, client)
}

/// The first poll finds the bytes, whether or not the reactor had a turn.
async fn the_first_operations_find_what_is_there() {
    let mut buf = [0; 5];
    let (mut stream, client) = accepted(b"hello and more").await;
    assert_eq!(polls(stream.read(&mut buf)).await.0, 1);
    assert_eq!(&buf, b"hello");
    assert_eq!(polls(stream.read_exact(&mut buf)).await.0, 1);
    assert_eq!(polls(stream.write_all(b"one")).await.0, 1);
    assert_eq!(polls(stream.write_all(b"other")).await.0, 1);
    // A read waits for bytes that have not come.
    assert_eq!(stream.read(&mut buf).await.unwrap(), 4);
    assert!(common::poll_once(pin!(stream.read(&mut buf))).is_pending());
    io::Write::write_all(&mut &client, b"late").unwrap();
    stream.read_exact(&mut buf[..4]).await.unwrap();
    assert_eq!(&buf[..4], b"late");

    let (stream, _client) = accepted(b"hello").await;
    assert_eq!(polls(stream.peek(&mut buf)).await.0, 1);
    let (mut read, mut write) = stream.into_split();
    let mut bufs = [IoSliceMut::new(&mut buf)];
    assert_eq!(polls(read.read_vectored(&mut bufs)).await.0, 1);
    assert_eq!(&buf, b"hello");
    let bufs = [IoSlice::new(b"to"), IoSlice::new(b"be")];
    assert_eq!(polls(write.write_vectored(&bufs)).await.0, 1);

    // The first poll finds the end, too.
    let (mut stream, client) = accepted(b"").await;
    drop(client);
    let (polls, read) = polls(stream.read(&mut buf)).await;
    assert_eq!((polls, read.unwrap()), (1, 0));
}

async fn a_new_connection_counts_as_ready_until_an_attempt_would_block() {
    let (stream, mut client) = accepted(b"").await;
    assert!(common::poll_once(pin!(stream.readable())).is_ready());
    let error = stream.try_read(&mut [0; 5]).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    assert!(common::poll_once(pin!(stream.readable())).is_pending());
    io::Write::write_all(&mut client, b"later").unwrap();
    stream.readable().await.unwrap();
    assert_eq!(stream.try_read(&mut [0; 5]).unwrap(), 5);
}

async fn the_first_attempt_of_async_io_needs_no_reactor() {
    let (stream, mut client) = accepted(b"").await;
    let attempts = Cell::new(0);
    let mut read = pin!(stream.async_io(Interest::READABLE, || {
        attempts.set(attempts.get() + 1);
        let mut buf = [MaybeUninit::uninit(); 5];
        socket2::SockRef::from(&stream).recv(&mut buf)
    }));
    assert!(common::poll_once(read.as_mut()).is_pending());
    assert_eq!(attempts.get(), 1);
    io::Write::write_all(&mut client, b"later").unwrap();
    assert_eq!(read.await.unwrap(), 5);
    assert!(attempts.get() > 1);
}

async fn first_operations_that_are_always_ready_give_the_others_a_turn() {
    let (mut stream, client) = accepted(&[b'.'; 10_000]).await;
    let reads = async {
        for _ in 0..1_000 {
            stream.read_exact(&mut [0; 10]).await.unwrap();
        }
    };
    // The exact number depends on whether the reactor has a turn in between.
    let (polls, ()) = polls(reads).await;
    assert!(polls > 2, "{polls} polls for 1,000 reads");
    drop(client);
}
