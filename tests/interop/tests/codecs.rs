//! Tests of tokio-util's codecs on our streams, of `UdpFramed`, and of tokio-stream's wrappers.
#![cfg(all(unix, feature = "_runtime"))]

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::Arc;

use futures::{SinkExt, StreamExt};
use portable::adapters::UdpFramed;
use portable::io::duplex;
use portable::net::{TcpListener, TcpStream, UdpSocket, UnixStream};
use portable::stream::wrappers::{
    BroadcastStream, ReceiverStream, UnboundedReceiverStream, WatchStream, errors,
};
use portable::sync::{broadcast, mpsc, watch};
use portable::task;
use tokio_util::bytes::{Bytes, BytesMut};
use tokio_util::codec::{
    BytesCodec, Decoder, Encoder, Framed, FramedRead, FramedWrite, LengthDelimitedCodec,
    LinesCodec, LinesCodecError,
};

async fn pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let one = TcpStream::connect(listener.local_addr()?).await?;
    let (other, _) = listener.accept().await?;
    Ok((one, other))
}

/// Sends frames of many sizes to a peer that sends them back.
async fn frames_come_back<S>(one: S, other: S)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
{
    let server = task::spawn(async move {
        let (sink, stream) = Framed::new(other, LengthDelimitedCodec::new()).split();
        stream
            .map(|frame| frame.map(BytesMut::freeze))
            .forward(sink)
            .await
    });
    let mut client = Framed::new(one, LengthDelimitedCodec::new());
    for len in [0, 1, 10, 1000, 100_000] {
        client
            .send(Bytes::from(vec![len as u8; len]))
            .await
            .unwrap();
        let frame = client.next().await.unwrap().unwrap();
        assert!(frame == vec![len as u8; len], "{len} bytes");
    }
    drop(client);
    server.await.unwrap().unwrap();
}

#[portable::test(timeout = "60s")]
async fn frames_of_any_length_go_through_each_stream() -> io::Result<()> {
    let (one, other) = pair().await?;
    frames_come_back(one, other).await;
    let (one, other) = UnixStream::pair()?;
    frames_come_back(one, other).await;
    let (one, other) = duplex(100);
    frames_come_back(one, other).await;
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn lines_go_through_the_halves_of_a_stream() -> Result<(), LinesCodecError> {
    let (one, other) = pair().await?;
    let (_read, write) = one.into_split();
    let writer = task::spawn(async move {
        let mut lines = FramedWrite::new(write, LinesCodec::new());
        for n in 0..1000 {
            lines.feed(format!("line {n}")).await?;
        }
        SinkExt::<String>::close(&mut lines).await
    });
    let (read, _write) = other.into_split();
    let mut lines = FramedRead::new(read, LinesCodec::new_with_max_length(10)).enumerate();
    while let Some((n, line)) = lines.next().await {
        assert_eq!(line?, format!("line {n}"));
    }
    assert_eq!(lines.next().await.map(|(n, _)| n), None);
    writer.await.unwrap()
}

async fn sockets() -> io::Result<(UdpSocket, UdpSocket)> {
    let one = UdpSocket::bind("127.0.0.1:0").await?;
    let other = UdpSocket::bind("127.0.0.1:0").await?;
    Ok((one, other))
}

#[portable::test(timeout = "60s")]
async fn a_datagram_of_several_frames_gives_each_of_them() -> Result<(), LinesCodecError> {
    let (one, other) = sockets().await?;
    let (from, to) = (one.local_addr()?, other.local_addr()?);
    let mut one = UdpFramed::new(one, LinesCodec::new());
    let mut other = UdpFramed::new(other, LinesCodec::new());
    // A datagram without a frame is left out.
    one.get_ref().send_to(b"", to).await?;
    one.send(("first\nsecond", to)).await?;
    one.send(("third", to)).await?;
    for line in ["first", "second", "third"] {
        assert_eq!(other.next().await.unwrap()?, (line.to_string(), from));
    }
    other.send(("back", from)).await?;
    assert_eq!(one.next().await.unwrap()?, ("back".to_string(), to));
    assert!(one.read_buffer().is_empty() && one.read_buffer_mut().is_empty());
    assert_eq!(one.codec().max_length(), one.codec_mut().max_length());
    assert_eq!(one.into_inner().local_addr()?, from);
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn a_socket_is_shared_by_what_sends_and_what_receives() -> io::Result<()> {
    let (one, other) = sockets().await?;
    let to = other.local_addr()?;
    let one = Arc::new(one);
    let mut sends = UdpFramed::new(one.clone(), BytesCodec::new());
    let receives = UdpFramed::new(one, BytesCodec::new());
    let echo = task::spawn(async move {
        let (mut sink, stream) = UdpFramed::new(other, BytesCodec::new()).split();
        let mut stream = stream.take(3);
        while let Some(frame) = stream.next().await {
            let (bytes, from) = frame?;
            sink.send((bytes.freeze(), from)).await?;
        }
        io::Result::Ok(())
    });
    let answers = task::spawn(receives.take(3).map(Result::unwrap).collect::<Vec<_>>());
    for n in 0..3 {
        sends.send((Bytes::from(vec![n; 1000]), to)).await?;
    }
    echo.await.unwrap()?;
    for (n, (bytes, from)) in answers.await.unwrap().into_iter().enumerate() {
        assert!(bytes == vec![n as u8; 1000]);
        assert_eq!(from, to);
    }
    Ok(())
}

/// A codec that fails for a datagram which begins with `!`.
struct Picky;

impl Decoder for Picky {
    type Item = Bytes;
    type Error = io::Error;

    fn decode(&mut self, src: &mut BytesMut) -> io::Result<Option<Bytes>> {
        match src.first() {
            None => Ok(None),
            Some(b'!') => {
                src.clear();
                Err(io::Error::other("picky"))
            }
            Some(_) => Ok(Some(src.split_to(1).freeze())),
        }
    }
}

impl Encoder<Bytes> for Picky {
    type Error = io::Error;

    fn encode(&mut self, item: Bytes, dst: &mut BytesMut) -> io::Result<()> {
        dst.extend_from_slice(&item);
        Ok(())
    }
}

#[portable::test(timeout = "60s")]
async fn after_an_error_the_next_datagram_comes() -> io::Result<()> {
    let (one, other) = sockets().await?;
    let to = other.local_addr()?;
    let mut one = UdpFramed::new(one, Picky);
    let mut other = UdpFramed::new(other, Picky);
    one.send((Bytes::from_static(b"a!rest"), to)).await?;
    // No datagram is as big as this, and none of it is sent later.
    let error = one
        .send((Bytes::from(vec![7; 100_000]), to))
        .await
        .unwrap_err();
    assert_eq!(error.raw_os_error(), Some(EMSGSIZE));
    one.send((Bytes::from_static(b"b"), to)).await?;
    assert_eq!(other.next().await.unwrap()?.0, "a");
    assert_eq!(
        other.next().await.unwrap().unwrap_err().to_string(),
        "picky"
    );
    assert_eq!(other.next().await.unwrap()?.0, "b");
    Ok(())
}

#[cfg(target_os = "linux")]
const EMSGSIZE: i32 = 90;
#[cfg(not(target_os = "linux"))]
const EMSGSIZE: i32 = 40;

#[portable::test(timeout = "60s")]
async fn the_frames_of_one_datagram_leave_the_others_their_turns() -> io::Result<()> {
    let (one, other) = sockets().await?;
    one.send_to(&[b'x'; 1000], other.local_addr()?).await?;
    let mut count = pin!(UdpFramed::new(other, Picky).take(1000).count());
    let mut pauses = 0;
    let count = poll_fn(|cx| {
        let polled = count.as_mut().poll(cx);
        pauses += usize::from(polled.is_pending());
        polled
    });
    assert_eq!(count.await, 1000);
    assert!(pauses > 2, "{pauses} pauses");
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn channels_are_streams() {
    let (sender, receiver) = mpsc::channel(1);
    let sends = task::spawn(async move {
        for n in 0..300 {
            sender.send(n).await.unwrap();
        }
    });
    let got: Vec<_> = ReceiverStream::new(receiver).collect().await;
    assert!(got.into_iter().eq(0..300));
    sends.await.unwrap();

    let (sender, receiver) = mpsc::unbounded_channel();
    (0..300).for_each(|n| sender.send(n).unwrap());
    drop(sender);
    let got: Vec<_> = UnboundedReceiverStream::new(receiver).collect().await;
    assert!(got.into_iter().eq(0..300));

    let (sender, receiver) = broadcast::channel(2);
    for n in 0..3 {
        sender.send(n).unwrap();
    }
    drop(sender);
    let got: Vec<_> = BroadcastStream::new(receiver).collect().await;
    let lagged = errors::BroadcastStreamRecvError::Lagged(1);
    assert_eq!(got, [Err(lagged), Ok(1), Ok(2)]);

    let (sender, receiver) = watch::channel(1);
    let mut values = WatchStream::new(receiver);
    assert_eq!(values.next().await, Some(1));
    sender.send(2).unwrap();
    assert_eq!(values.next().await, Some(2));
    drop(sender);
    assert_eq!(values.next().await, None);
}
