//! Frames over UDP, by the codecs of tokio-util.

use std::borrow::Borrow;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_lite::Stream;
use futures_sink::Sink;
use portable_primitives::tokio_util::bytes::BytesMut;
use portable_primitives::tokio_util::codec::{Decoder, Encoder};

use crate::net::UdpSocket;
use crate::runtime::selected::{poll_budget, spend_budget};

/// The most bytes that a datagram can have.
const DATAGRAM: usize = 64 * 1024;

/// Frames over a [`UdpSocket`], encoded and decoded by a codec of tokio-util.
///
/// Equivalent to `tokio_util::udp::UdpFramed`, which takes Tokio's socket alone.
///
/// It is a [`Stream`] of frames with the addresses that they come from, and a [`Sink`] of frames with the
/// addresses that they go to. A frame is sent as one datagram. A datagram may hold several frames: the
/// codec decodes from it until it has no more, and what is left of the datagram is dropped. To drop the
/// rest of a datagram that it cannot decode, a codec clears its buffer before it returns the error.
///
/// A socket in an [`Arc`](std::sync::Arc) can be shared by two values, one that sends and one that receives.
///
/// # Errors
///
/// Gives the errors of the socket and of the codec, and one for a datagram that was sent in part. The next
/// frame may be sent or received after any of them.
///
/// # Cancel safety
///
/// Dropping a future of `next` loses no datagram, and dropping one of `send` may lose its frame.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(all(feature = "tokio-util", feature = "_runtime"))]
/// # portable::runtime::block_on(async {
/// use futures::SinkExt;
/// use portable::adapters::UdpFramed;
/// use portable::net::UdpSocket;
/// use portable::stream::StreamExt;
/// use tokio_util::codec::LinesCodec;
///
/// let server = UdpSocket::bind("127.0.0.1:0").await?;
/// let address = server.local_addr()?;
/// let mut server = UdpFramed::new(server, LinesCodec::new());
/// let client = UdpSocket::bind("127.0.0.1:0").await?;
/// let mut client = UdpFramed::new(client, LinesCodec::new());
///
/// client.send(("to be\nor not", address)).await?;
/// let (line, from) = server.next().await.unwrap()?;
/// assert_eq!(line, "to be");
/// assert_eq!(from, client.get_ref().local_addr()?);
/// let (line, _) = server.next().await.unwrap()?;
/// assert_eq!(line, "or not");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Debug)]
#[must_use = "streams and sinks do nothing unless they are polled"]
pub struct UdpFramed<C, T = UdpSocket> {
    socket: T,
    codec: C,
    /// A datagram arrives here. It is filled with zeros once, and not for each datagram.
    datagram: Box<[u8]>,
    /// The part of the last datagram that is not decoded, and its sender while there is such a part.
    received: BytesMut,
    sender: Option<SocketAddr>,
    /// The datagram that is to be sent, and its receiver while there is one.
    sending: BytesMut,
    receiver: Option<SocketAddr>,
}

impl<C, T: Borrow<UdpSocket>> UdpFramed<C, T> {
    /// Wraps a socket, or something that holds one.
    pub fn new(socket: T, codec: C) -> Self {
        Self {
            socket,
            codec,
            datagram: vec![0; DATAGRAM].into_boxed_slice(),
            received: BytesMut::new(),
            sender: None,
            sending: BytesMut::new(),
            receiver: None,
        }
    }

    /// Returns a reference to the socket.
    pub fn get_ref(&self) -> &T {
        &self.socket
    }

    /// Returns a mutable reference to the socket.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.socket
    }

    /// Returns a reference to the codec.
    pub fn codec(&self) -> &C {
        &self.codec
    }

    /// Returns a mutable reference to the codec.
    pub fn codec_mut(&mut self) -> &mut C {
        &mut self.codec
    }

    /// Returns the part of the last datagram that is not decoded.
    pub fn read_buffer(&self) -> &BytesMut {
        &self.received
    }

    /// Returns the part of the last datagram that is not decoded, to change it.
    pub fn read_buffer_mut(&mut self) -> &mut BytesMut {
        &mut self.received
    }

    /// Returns the socket. Frames that are not decoded, or not sent, are lost.
    pub fn into_inner(self) -> T {
        self.socket
    }
}

// Nothing in it is pinned.
impl<C, T> Unpin for UdpFramed<C, T> {}

impl<C: Decoder, T: Borrow<UdpSocket>> Stream for UdpFramed<C, T> {
    type Item = Result<(C::Item, SocketAddr), C::Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        // A datagram of many frames takes its turns too.
        ready!(poll_budget(cx));
        loop {
            if let Some(sender) = this.sender {
                spend_budget();
                if let Some(frame) = this.codec.decode_eof(&mut this.received)? {
                    return Poll::Ready(Some(Ok((frame, sender))));
                }
                this.sender = None;
                this.received.clear();
            }
            let socket = this.socket.borrow();
            let (len, sender) = ready!(socket.poll_recv_from(cx, &mut this.datagram))?;
            this.received.extend_from_slice(&this.datagram[..len]);
            this.sender = Some(sender);
        }
    }
}

impl<I, C: Encoder<I>, T: Borrow<UdpSocket>> Sink<(I, SocketAddr)> for UdpFramed<C, T> {
    type Error = C::Error;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), C::Error>> {
        Sink::<(I, SocketAddr)>::poll_flush(self, cx)
    }

    fn start_send(self: Pin<&mut Self>, item: (I, SocketAddr)) -> Result<(), C::Error> {
        let this = self.get_mut();
        let (frame, receiver) = item;
        this.codec.encode(frame, &mut this.sending)?;
        this.receiver = Some(receiver);
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), C::Error>> {
        let this = self.get_mut();
        let Some(receiver) = this.receiver else {
            return Poll::Ready(Ok(()));
        };
        let socket = this.socket.borrow();
        let sent = ready!(socket.poll_send_to(cx, &this.sending, receiver));
        let len = this.sending.len();
        this.sending.clear();
        this.receiver = None;
        if sent? == len {
            return Poll::Ready(Ok(()));
        }
        let error = io::Error::other("portable: the operating system sent a part of the datagram");
        Poll::Ready(Err(error.into()))
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), C::Error>> {
        Sink::<(I, SocketAddr)>::poll_flush(self, cx)
    }
}
