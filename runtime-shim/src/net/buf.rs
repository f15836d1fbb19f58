//! Reading to the end of a buffer whose room is not initialised.

use std::io;
use std::mem::MaybeUninit;

use bytes::BufMut;
use socket2::{SockAddr, SockRef};

#[cfg(unix)]
use super::unix::pipe::at_the_end;
use crate::runtime::fd::AsFd;

/// Reads bytes from a stream.
#[cfg(unix)]
pub(crate) fn read(stream: &impl AsFd, buf: &mut impl BufMut) -> io::Result<usize> {
    fill(buf, |room| {
        let len = rustix::io::read(stream, &mut *room)?.0.len();
        match len == 0 && !room.is_empty() {
            true => Ok((at_the_end(stream)?, ())),
            false => Ok((len, ())),
        }
    })
    .map(|(len, ())| len)
}

/// Reads bytes from a stream, which is a socket.
#[cfg(windows)]
pub(crate) fn read(stream: &impl AsFd, buf: &mut impl BufMut) -> io::Result<usize> {
    recv(stream, buf)
}

/// Receives a datagram from the peer.
pub(crate) fn recv(socket: &impl AsFd, buf: &mut impl BufMut) -> io::Result<usize> {
    fill(buf, |room| Ok((SockRef::from(socket).recv(room)?, ()))).map(|(len, ())| len)
}

/// Receives a datagram from anyone.
pub(crate) fn recv_from(
    socket: &impl AsFd,
    buf: &mut impl BufMut,
) -> io::Result<(usize, SockAddr)> {
    fill(buf, |room| SockRef::from(socket).recv_from(room))
}

/// Lets `receive` write to the room of the buffer, and adds the number of bytes that it returns.
fn fill<R>(
    buf: &mut impl BufMut,
    receive: impl FnOnce(&mut [MaybeUninit<u8>]) -> io::Result<(usize, R)>,
) -> io::Result<(usize, R)> {
    // SAFETY: the operations above write nothing but received bytes.
    let room = unsafe { buf.chunk_mut().as_uninit_slice_mut() };
    let (len, rest) = receive(room)?;
    // SAFETY: so many bytes were received to the front of the room.
    unsafe { buf.advance_mut(len) };
    Ok((len, rest))
}
