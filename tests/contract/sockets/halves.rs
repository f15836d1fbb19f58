//! The two halves of a stream (contract 20).

use std::io;

use super::tcp::{pair, some_bytes};
use crate::common::{self, on_both_flavors};
use portable::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, BufWriter, copy};
use portable::net::TcpStream;
use portable::task;
use portable::time::{Duration, timeout};

on_both_flavors! {
    dropping_the_half_that_writes_ends_the_stream,
    shutting_a_half_down_ends_the_stream,
    closing_a_half_ends_the_stream,
    dropping_the_half_that_reads_ends_nothing,
    dropping_borrowed_halves_ends_nothing,
    a_half_that_is_forgotten_ends_nothing,
    halves_are_united,
    halves_of_two_streams_are_given_back,
    two_tasks_use_the_two_halves,
    lines_are_read_while_others_are_written,
    copy_goes_on_to_the_end,
    copy_flushes_while_it_waits,
    halves_try_and_wait,
}

/// Asserts that neither bytes nor the end arrive.
async fn is_open(stream: &mut TcpStream) {
    let read = timeout(Duration::from_millis(20), stream.read(&mut [0; 8])).await;
    assert!(read.is_err(), "{read:?}");
}

async fn is_at_its_end(stream: &mut TcpStream) {
    assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0);
}

async fn dropping_the_half_that_writes_ends_the_stream() {
    let (one, mut other) = pair().await;
    let (mut read, write) = one.into_split();
    drop(write);
    is_at_its_end(&mut other).await;
    other.write_all(b"reply").await.unwrap();
    drop(other);
    let mut text = String::new();
    read.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "reply");
}

async fn shutting_a_half_down_ends_the_stream() {
    let (one, mut other) = pair().await;
    let (_read, mut write) = one.into_split();
    write.shutdown().await.unwrap();
    is_at_its_end(&mut other).await;
    let (mut one, mut other) = pair().await;
    let (_, mut write) = one.split();
    write.shutdown().await.unwrap();
    is_at_its_end(&mut other).await;
}

async fn closing_a_half_ends_the_stream() {
    let (one, mut other) = pair().await;
    let (_read, mut write) = one.into_split();
    write.close().await.unwrap();
    is_at_its_end(&mut other).await;
    let error = write.write(b"more").await.unwrap_err();
    if cfg!(windows) {
        // std has no kind for `WSAESHUTDOWN`.
        assert_eq!(error.raw_os_error(), Some(10058));
    } else {
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
    let (mut one, mut other) = pair().await;
    let (_, mut write) = one.split();
    write.close().await.unwrap();
    is_at_its_end(&mut other).await;
}

async fn dropping_the_half_that_reads_ends_nothing() {
    let (one, mut other) = pair().await;
    let (read, mut write) = one.into_split();
    drop(read);
    is_open(&mut other).await;
    write.write_all(b"hello").await.unwrap();
    other.read_exact(&mut [0; 5]).await.unwrap();
    drop(write);
    is_at_its_end(&mut other).await;
}

async fn dropping_borrowed_halves_ends_nothing() {
    let (mut one, mut other) = pair().await;
    let (mut read, mut write) = one.split();
    write.write_all(b"hello").await.unwrap();
    other.read_exact(&mut [0; 5]).await.unwrap();
    other.write_all(b"hello").await.unwrap();
    read.read_exact(&mut [0; 5]).await.unwrap();
    let _ = (read, write);
    is_open(&mut other).await;
    one.write_all(b"hello").await.unwrap();
    other.read_exact(&mut [0; 5]).await.unwrap();
}

async fn a_half_that_is_forgotten_ends_nothing() {
    let (one, mut other) = pair().await;
    let (mut read, write) = one.into_split();
    write.forget();
    is_open(&mut other).await;
    other.write_all(b"hello").await.unwrap();
    read.read_exact(&mut [0; 5]).await.unwrap();
    // The last half closes the stream.
    drop(read);
    is_at_its_end(&mut other).await;
}

async fn halves_are_united() {
    let (one, mut other) = pair().await;
    let (read, write) = one.into_split();
    let (read, write) = read.reunite(write).unwrap().into_split();
    let mut one = write.reunite(read).unwrap();
    is_open(&mut other).await;
    one.write_all(b"hello").await.unwrap();
    other.read_exact(&mut [0; 5]).await.unwrap();
    drop(one);
    is_at_its_end(&mut other).await;
}

async fn halves_of_two_streams_are_given_back() {
    let (one, mut other) = pair().await;
    let (read, write) = one.into_split();
    let (second, _third) = pair().await;
    let (second_read, second_write) = second.into_split();
    let error = second_read.reunite(write).unwrap_err();
    assert!(error.to_string().contains("two streams"), "{error}");
    let (_second_read, write) = (error.0, error.1);
    let error = second_write.reunite(read).unwrap_err();
    let (read, _second_write) = (error.0, error.1);
    is_open(&mut other).await;
    let mut one = read.reunite(write).unwrap();
    one.write_all(b"hello").await.unwrap();
    other.read_exact(&mut [0; 5]).await.unwrap();
}

/// Both directions carry more at once than the operating system has room for.
async fn two_tasks_use_the_two_halves() {
    let (one, other) = pair().await;
    let bytes = some_bytes(8 << 20);
    let echo = task::spawn(async move {
        let (read, mut write) = other.into_split();
        copy(read, &mut write).await.unwrap();
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
    echo.await.unwrap();
}

async fn lines_are_read_while_others_are_written() {
    let (mut one, other) = pair().await;
    let server = task::spawn(async move {
        let (read, mut write) = other.into_split();
        let mut lines = BufReader::new(read);
        let mut line = String::new();
        while lines.read_line(&mut line).await.unwrap() > 0 {
            let reply = line.to_uppercase();
            write.write_all(reply.as_bytes()).await.unwrap();
            line.clear();
        }
    });
    let (read, mut write) = one.split();
    let mut lines = BufReader::new(read);
    for n in 0..100 {
        write
            .write_all(format!("line {n}\n").as_bytes())
            .await
            .unwrap();
        let mut line = String::new();
        lines.read_line(&mut line).await.unwrap();
        assert_eq!(line, format!("LINE {n}\n"));
    }
    write.shutdown().await.unwrap();
    assert_eq!(lines.read_line(&mut String::new()).await.unwrap(), 0);
    server.await.unwrap();
}

async fn copy_goes_on_to_the_end() {
    let (mut one, mut middle) = pair().await;
    let (mut other, mut last) = pair().await;
    let bytes = some_bytes(500_000);
    let copied = task::spawn(async move {
        let copied = copy(&mut middle, &mut other).await.unwrap();
        other.close().await.unwrap();
        copied
    });
    let reader = task::spawn(async move {
        let mut bytes = Vec::new();
        last.read_to_end(&mut bytes).await.unwrap();
        bytes
    });
    one.write_all(&bytes).await.unwrap();
    one.close().await.unwrap();
    assert_eq!(copied.await.unwrap(), 500_000);
    assert!(reader.await.unwrap() == bytes);
}

/// The one side sends no more before it has the reply to bytes that the writer would keep back.
async fn copy_flushes_while_it_waits() {
    let (mut one, middle) = pair().await;
    let (other, mut last) = pair().await;
    let copied = task::spawn(async move { copy(middle, BufWriter::new(other)).await.unwrap() });
    for _ in 0..3 {
        one.write_all(b"hello").await.unwrap();
        let mut buf = [0; 5];
        last.read_exact(&mut buf).await.unwrap();
        assert_eq!(&buf, b"hello");
    }
    drop(one);
    assert_eq!(copied.await.unwrap(), 15);
}

async fn halves_try_and_wait() {
    let (one, mut other) = pair().await;
    let address = one.local_addr().unwrap();
    let (read, write) = one.into_split();
    assert_eq!(read.local_addr().unwrap(), address);
    assert_eq!(write.peer_addr().unwrap(), other.local_addr().unwrap());
    assert_eq!(write.as_ref().local_addr().unwrap(), address);
    let mut buf = [0; 8];
    assert!(read.try_read(&mut buf).is_err());
    assert!(common::poll_once(std::pin::pin!(read.readable())).is_pending());
    write.writable().await.unwrap();
    assert_eq!(write.try_write(b"hello").unwrap(), 5);
    other.read_exact(&mut buf[..5]).await.unwrap();
    other.write_all(b"hello").await.unwrap();
    read.readable().await.unwrap();
    assert_eq!(read.peek(&mut buf).await.unwrap(), 5);
    assert_eq!(read.try_read(&mut buf).unwrap(), 5);
}
