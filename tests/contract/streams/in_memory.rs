//! Streams in memory, and what copies, splits and joins streams (contract, "What is built on it").

use std::io::{ErrorKind, IoSlice};
use std::marker::PhantomPinned;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use crate::common::{on_both_flavors, poll_once};
use portable::io::{
    self, AsyncBufRead, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, Cursor,
    SimplexStream, copy_bidirectional, copy_bidirectional_with_sizes, copy_buf, duplex, join,
    simplex,
};
use portable::task::{self, yield_now};
use portable::time::{Duration, sleep};

on_both_flavors! {
    each_direction_carries_its_own_bytes,
    any_sizes_of_reads_and_writes_give_the_same_bytes,
    a_writer_waits_while_there_is_no_room,
    a_reader_waits_until_there_are_bytes,
    closing_ends_one_direction,
    after_a_drop_the_rest_is_read_and_writes_fail,
    a_drop_ends_a_write_that_waits,
    a_read_or_write_that_is_cancelled_loses_nothing,
    several_buffers_are_written_at_once,
    a_pipe_ends_when_its_writer_is_closed,
    a_pipe_with_both_ends_gives_what_it_was_given,
    halves_are_used_by_two_tasks,
    copying_takes_larger_blocks_of_what_has_to_be_waited_for,
    halves_of_one_stream_are_united,
    a_stream_that_is_not_unpin_is_split,
    a_reader_and_a_writer_are_one_stream,
    both_directions_are_copied_to_their_ends,
    one_direction_ends_before_the_other,
    buffers_of_any_size_copy_the_same,
    an_error_of_one_direction_ends_both,
    a_buffered_reader_is_copied,
    a_copy_from_a_buffer_that_is_cancelled_loses_nothing,
    a_copy_from_a_buffer_flushes_while_it_waits,
}

async fn read_all(mut stream: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    bytes
}

/// Polls a future a few times, so that it does what it can without others.
fn goes_on(mut future: Pin<&mut impl Future>) {
    for _ in 0..3 {
        assert!(poll_once(future.as_mut()).is_pending());
    }
}

async fn each_direction_carries_its_own_bytes() {
    let (mut one, mut other) = duplex(64);
    one.write_all(b"ping").await.unwrap();
    other.write_all(b"pong").await.unwrap();
    let mut bytes = [0; 4];
    one.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"pong");
    other.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"ping");
}

async fn any_sizes_of_reads_and_writes_give_the_same_bytes() {
    let bytes: Vec<u8> = (0..10_000_u32).map(|n| (n % 251) as u8).collect();
    for room in [1, 2, 7, 64, 20_000] {
        for piece in [1, 3, 50, 10_000] {
            let (mut one, mut other) = duplex(room);
            let given = bytes.clone();
            let writer = task::spawn(async move {
                for piece in given.chunks(piece) {
                    one.write_all(piece).await.unwrap();
                }
            });
            let (mut got, mut buf) = (Vec::new(), vec![0; piece * 2 / 3 + 1]);
            loop {
                let read = other.read(&mut buf).await.unwrap();
                if read == 0 {
                    break;
                }
                assert!(read <= room);
                got.extend_from_slice(&buf[..read]);
            }
            assert!(got == bytes, "room for {room}, pieces of {piece}");
            writer.await.unwrap();
        }
    }
}

async fn a_writer_waits_while_there_is_no_room() {
    let (mut one, mut other) = duplex(4);
    assert_eq!(one.write(b"abcdef").await.unwrap(), 4);
    assert_eq!(one.write(b"").await.unwrap(), 0);
    assert!(poll_once(pin!(one.write(b"ef"))).is_pending());
    let writer = task::spawn(async move { one.write(b"ef").await.map(|len| (len, one)) });
    for _ in 0..10 {
        yield_now().await;
    }
    assert!(!writer.is_finished());
    // A read of nothing makes no room.
    assert_eq!(other.read(&mut []).await.unwrap(), 0);
    let mut bytes = [0; 1];
    other.read_exact(&mut bytes).await.unwrap();
    let (len, one) = writer.await.unwrap().unwrap();
    assert_eq!(len, 1);
    drop(one);
    assert_eq!(read_all(other).await, b"bcde");
}

async fn a_reader_waits_until_there_are_bytes() {
    let (mut one, mut other) = duplex(4);
    let reader = task::spawn(async move {
        let mut bytes = [0; 4];
        other.read_exact(&mut bytes).await.map(|()| bytes)
    });
    for byte in b"abcd" {
        sleep(Duration::from_millis(1)).await;
        assert!(!reader.is_finished());
        one.write_all(&[*byte]).await.unwrap();
    }
    assert_eq!(&reader.await.unwrap().unwrap(), b"abcd");
}

async fn closing_ends_one_direction() {
    let (mut one, mut other) = duplex(64);
    one.write_all(b"question").await.unwrap();
    one.close().await.unwrap();
    one.close().await.unwrap();
    let error = one.write(b"more").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    assert_eq!(read_all(&mut other).await, b"question");
    other.write_all(b"answer").await.unwrap();
    drop(other);
    assert_eq!(read_all(one).await, b"answer");
}

async fn after_a_drop_the_rest_is_read_and_writes_fail() {
    let (mut one, mut other) = duplex(64);
    one.write_all(b"rest").await.unwrap();
    drop(one);
    assert_eq!(
        other.write(b"x").await.unwrap_err().kind(),
        ErrorKind::BrokenPipe
    );
    assert_eq!(read_all(other).await, b"rest");
}

async fn a_drop_ends_a_write_that_waits() {
    let (mut one, other) = duplex(1);
    let writer = task::spawn(async move { one.write_all(b"ab").await });
    sleep(Duration::from_millis(1)).await;
    drop(other);
    let error = writer.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BrokenPipe);
}

async fn a_read_or_write_that_is_cancelled_loses_nothing() {
    let (mut one, mut other) = duplex(2);
    assert!(poll_once(pin!(other.read(&mut [0; 2]))).is_pending());
    one.write_all(b"ab").await.unwrap();
    assert!(poll_once(pin!(one.write(b"cd"))).is_pending());
    let mut bytes = [0; 2];
    other.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"ab");
    one.write_all(b"ef").await.unwrap();
    drop(one);
    assert_eq!(read_all(other).await, b"ef");
}

async fn several_buffers_are_written_at_once() {
    let (mut one, mut other) = duplex(5);
    let bufs = [&b""[..], b"ab", b"cd", b"ef"].map(IoSlice::new);
    assert_eq!(one.write_vectored(&bufs).await.unwrap(), 5);
    let mut bytes = [0; 5];
    other.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"abcde");
}

async fn a_pipe_ends_when_its_writer_is_closed() {
    let (mut reader, mut writer) = simplex(4);
    let reading = task::spawn(async move {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).await.map(|_| bytes)
    });
    writer.write_all(b"to be or not").await.unwrap();
    writer.close().await.unwrap();
    assert_eq!(reading.await.unwrap().unwrap(), b"to be or not");
    let panic = catch_unwind(|| simplex(0)).unwrap_err();
    let message = panic.downcast::<&str>().unwrap();
    assert_eq!(*message, "`max_buf_size` must be greater than 0");
}

async fn a_pipe_with_both_ends_gives_what_it_was_given() {
    let mut pipe = SimplexStream::new_unsplit(8);
    for _ in 0..10 {
        pipe.write_all(b"to be").await.unwrap();
        let mut bytes = [0; 5];
        pipe.read_exact(&mut bytes).await.unwrap();
        assert_eq!(&bytes, b"to be");
    }
    assert!(poll_once(pin!(pipe.read(&mut [0; 1]))).is_pending());
    pipe.close().await.unwrap();
    assert_eq!(pipe.read(&mut [0; 1]).await.unwrap(), 0);
}

async fn halves_are_used_by_two_tasks() {
    let (client, server) = duplex(3);
    let (mut read, mut write) = io::split(client);
    let echo = task::spawn(async move {
        let (read, write) = io::split(server);
        io::copy(read, write).await
    });
    let writer = task::spawn(async move {
        for _ in 0..100 {
            write.write_all(b"to be").await?;
        }
        write.close().await
    });
    let mut bytes = vec![0; 500];
    read.read_exact(&mut bytes).await.unwrap();
    assert_eq!(bytes, b"to be".repeat(100));
    writer.await.unwrap().unwrap();
    assert_eq!(echo.await.unwrap().unwrap(), 500);
}

async fn copying_takes_larger_blocks_of_what_has_to_be_waited_for() {
    /// Fills each block, after a wait or at once, and notes the sizes.
    struct Full {
        waits: bool,
        is_ready: bool,
        sizes: Vec<usize>,
    }

    impl AsyncRead for Full {
        fn poll_read(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut [u8],
        ) -> Poll<io::Result<usize>> {
            self.is_ready = !self.is_ready;
            if self.waits && self.is_ready {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            if self.sizes.len() == 8 {
                return Poll::Ready(Ok(0));
            }
            self.sizes.push(buf.len());
            buf.fill(7);
            Poll::Ready(Ok(buf.len()))
        }
    }

    for (waits, sizes) in [(true, [8, 16, 32, 64, 128, 256, 256, 256]), (false, [8; 8])] {
        let mut reader = Full {
            waits,
            is_ready: false,
            sizes: Vec::new(),
        };
        let mut written = Vec::new();
        let copied = io::copy(&mut reader, &mut written).await.unwrap();
        let sizes = sizes.map(|size| size * 1024);
        assert_eq!(reader.sizes, sizes);
        assert_eq!(copied, sizes.iter().sum::<usize>() as u64);
        assert!(written.len() as u64 == copied && written.iter().all(|byte| *byte == 7));
    }
}

async fn halves_of_one_stream_are_united() {
    let (one, mut other) = duplex(64);
    let (read, write) = io::split(one);
    let (stranger, _rest) = io::split(duplex(1).0);
    assert!(read.is_pair_of(&write) && write.is_pair_of(&read));
    assert!(!stranger.is_pair_of(&write) && !write.is_pair_of(&stranger));
    let mut one = read.unsplit(write);
    one.write_all(b"to be").await.unwrap();
    drop(one);
    assert_eq!(read_all(&mut other).await, b"to be");

    let ((first, _), (_, second)) = (io::split(other), io::split(duplex(1).0));
    let panic = catch_unwind(AssertUnwindSafe(|| first.unsplit(second))).unwrap_err();
    let message = panic.downcast::<&str>().unwrap();
    assert!(message.starts_with("portable: "), "{message}");
}

async fn a_stream_that_is_not_unpin_is_split() {
    struct Sevens(PhantomPinned);

    impl AsyncRead for Sevens {
        fn poll_read(
            self: Pin<&mut Self>,
            _cx: &mut Context<'_>,
            buf: &mut [u8],
        ) -> Poll<io::Result<usize>> {
            buf.fill(7);
            Poll::Ready(Ok(buf.len()))
        }
    }

    let (mut read, _) = io::split(Sevens(PhantomPinned));
    let mut bytes = [0; 3];
    read.read_exact(&mut bytes).await.unwrap();
    assert_eq!(bytes, [7; 3]);
}

async fn a_reader_and_a_writer_are_one_stream() {
    let mut written = Vec::new();
    let mut stream = join(&b"to be"[..], &mut written);
    let mut bytes = [0; 2];
    stream.read_exact(&mut bytes).await.unwrap();
    stream.write_all(&bytes).await.unwrap();
    assert_eq!(
        (*stream.reader(), &stream.writer()[..]),
        (&b" be"[..], &b"to"[..])
    );
    assert_eq!(*Pin::new(&mut stream).reader_pin_mut(), b" be");
    // It is buffered, because its reader is.
    assert_eq!(copy_buf(&mut stream, io::sink()).await.unwrap(), 3);
    stream.writer_mut().push(b'!');
    let (rest, written) = stream.into_inner();
    assert_eq!((rest, &written[..]), (&b""[..], &b"to!"[..]));
}

/// A client and a server with a proxy between them, which returns what it has copied.
fn proxied(
    sizes: Option<(usize, usize)>,
) -> (
    io::DuplexStream,
    io::DuplexStream,
    task::JoinHandle<io::Result<(u64, u64)>>,
) {
    let (client, mut incoming) = duplex(5);
    let (mut outgoing, server) = duplex(3);
    let proxy = task::spawn(async move {
        match sizes {
            None => copy_bidirectional(&mut incoming, &mut outgoing).await,
            Some((to, from)) => {
                copy_bidirectional_with_sizes(&mut incoming, &mut outgoing, to, from).await
            }
        }
    });
    (client, server, proxy)
}

async fn both_directions_are_copied_to_their_ends() {
    let (client, server, proxy) = proxied(None);
    let asks = task::spawn(async move {
        let (mut read, mut write) = io::split(client);
        let writer = task::spawn(async move {
            write.write_all(&b"question".repeat(100)).await?;
            write.close().await
        });
        let mut answer = Vec::new();
        read.read_to_end(&mut answer).await.unwrap();
        writer.await.unwrap().unwrap();
        answer
    });
    let (read, mut write) = io::split(server);
    let question = task::spawn(read_all(read));
    write.write_all(&b"answer".repeat(100)).await.unwrap();
    write.close().await.unwrap();
    assert_eq!(asks.await.unwrap(), b"answer".repeat(100));
    assert_eq!(question.await.unwrap(), b"question".repeat(100));
    assert_eq!(proxy.await.unwrap().unwrap(), (800, 600));
}

async fn one_direction_ends_before_the_other() {
    let (mut client, mut server, proxy) = proxied(None);
    client.write_all(b"abc").await.unwrap();
    client.close().await.unwrap();
    assert_eq!(read_all(&mut server).await, b"abc");
    for _ in 0..10 {
        server.write_all(b"answer").await.unwrap();
        let mut answer = [0; 6];
        client.read_exact(&mut answer).await.unwrap();
    }
    assert!(!proxy.is_finished());
    server.close().await.unwrap();
    assert_eq!(read_all(client).await, b"");
    assert_eq!(proxy.await.unwrap().unwrap(), (3, 60));
}

async fn buffers_of_any_size_copy_the_same() {
    for sizes in [(1, 1), (1, 1000), (1000, 2)] {
        let (mut client, mut server, proxy) = proxied(Some(sizes));
        let writer = task::spawn(async move {
            client.write_all(&b"to be".repeat(20)).await.unwrap();
            client.close().await.unwrap();
            read_all(client).await
        });
        assert_eq!(read_all(&mut server).await, b"to be".repeat(20));
        server.write_all(b"or not").await.unwrap();
        drop(server);
        assert_eq!(writer.await.unwrap(), b"or not");
        assert_eq!(proxy.await.unwrap().unwrap(), (100, 6));
    }
    let (mut one, mut other) = duplex(1);
    for (to, from) in [(0, 1), (1, 0)] {
        let copy = copy_bidirectional_with_sizes(&mut one, &mut other, to, from);
        let polled = catch_unwind(AssertUnwindSafe(|| poll_once(pin!(copy)).is_ready()));
        let message = polled.unwrap_err().downcast::<&str>().unwrap();
        assert!(message.ends_with("must be greater than 0"), "{message}");
    }
}

/// A stream that cannot be written to, and from which nothing comes.
struct Broken;

impl AsyncRead for Broken {
    fn poll_read(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        _buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Pending
    }
}

impl AsyncWrite for Broken {
    fn poll_write(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        _buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Err(ErrorKind::ConnectionReset.into()))
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

async fn an_error_of_one_direction_ends_both() {
    for is_first in [false, true] {
        let (mut one, mut other) = duplex(64);
        one.write_all(b"bytes").await.unwrap();
        let error = if is_first {
            copy_bidirectional(&mut Broken, &mut other).await
        } else {
            copy_bidirectional(&mut other, &mut Broken).await
        };
        assert_eq!(error.unwrap_err().kind(), ErrorKind::ConnectionReset);
    }
    let error = copy_buf(&b"bytes"[..], Broken).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

async fn a_buffered_reader_is_copied() {
    let bytes = b"to be".repeat(1000);
    let mut reader = BufReader::with_capacity(7, &bytes[..]);
    let mut written = Vec::new();
    assert_eq!(copy_buf(&mut reader, &mut written).await.unwrap(), 5000);
    assert_eq!(written, bytes);
    let mut room = [0; 10];
    let copied = copy_buf(&bytes[..], Cursor::new(&mut room[..])).await;
    let error = copied.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WriteZero);
}

async fn a_copy_from_a_buffer_that_is_cancelled_loses_nothing() {
    let (mut one, mut other) = duplex(2);
    let mut reader = &b"to be"[..];
    goes_on(pin!(copy_buf(&mut reader, &mut one)));
    let mut bytes = [0; 2];
    other.read_exact(&mut bytes).await.unwrap();
    assert_eq!((&bytes, reader), (b"to", &b" be"[..]));
}

/// A writer that gives on only what was flushed.
#[derive(Default)]
struct Held {
    held: Vec<u8>,
    given: Vec<u8>,
}

impl AsyncWrite for Held {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.held.extend_from_slice(buf);
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let held = std::mem::take(&mut self.held);
        self.given.extend_from_slice(&held);
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

async fn a_copy_from_a_buffer_flushes_while_it_waits() {
    let (mut one, other) = duplex(64);
    one.write_all(b"to be").await.unwrap();
    let (mut reader, mut writer) = (BufReader::new(other), Held::default());
    goes_on(pin!(copy_buf(&mut reader, &mut writer)));
    assert_eq!(writer.given, b"to be");
    one.write_all(b" or not").await.unwrap();
    drop(one);
    assert_eq!(copy_buf(&mut reader, &mut writer).await.unwrap(), 7);
    assert_eq!(writer.given, b"to be or not");
    fn is_buffered(_: &impl AsyncBufRead) {}
    is_buffered(&join(reader, writer));
}
