//! The readiness of sockets on Windows, as the operating system says at the moment of a call.
//!
//! Windows reports no changes of readiness. So nothing is remembered: each call asks anew.

use std::future::Future;
use std::io;

use futures_lite::future::or;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::fd::AsFd;
use super::source::{self, Direction};
use crate::io::{Interest, Ready};

/// Something that a socket is ready for.
#[derive(Debug)]
pub(crate) struct Event(Ready);

impl source::Event for Event {
    fn ready(&self) -> Ready {
        self.0
    }

    fn clear(&mut self, ready: Ready) {
        self.0 = self.0 - ready;
    }
}

/// Waits until something of `interest` is possible. `wait` waits for one direction.
pub(super) async fn event<W>(
    socket: &impl AsFd,
    interest: Interest,
    wait: impl Fn(Direction) -> W,
) -> io::Result<Event>
where
    W: Future<Output = io::Result<()>>,
{
    loop {
        let ready = now(socket, interest)?;
        if !ready.is_empty() {
            return Ok(Event(ready));
        }
        // An error makes both directions ready.
        match (interest.is_readable(), interest.is_writable()) {
            (true, true) => or(wait(Direction::Read), wait(Direction::Write)).await?,
            (false, true) => wait(Direction::Write).await?,
            _ => wait(Direction::Read).await?,
        }
    }
}

/// Does `operation` if something of `interest` is possible.
pub(super) fn try_io<R>(
    socket: &impl AsFd,
    interest: Interest,
    operation: impl FnOnce() -> io::Result<R>,
) -> io::Result<R> {
    if now(socket, interest)?.is_empty() {
        return Err(io::ErrorKind::WouldBlock.into());
    }
    operation()
}

/// Returns what of `interest` is possible.
fn now(socket: &impl AsFd, interest: Interest) -> io::Result<Ready> {
    // Windows refuses to be asked for urgent data together with the rest.
    let mut polled = [PollFd::new(socket, PollFlags::IN | PollFlags::OUT)];
    poll(&mut polled, Some(&Timespec::default()))?;
    let flags = polled[0].revents();
    let mut ready = Ready::EMPTY;
    if flags.intersects(PollFlags::IN) {
        ready |= Ready::READABLE;
    }
    if flags.intersects(PollFlags::OUT) {
        ready |= Ready::WRITABLE;
    }
    if flags.intersects(PollFlags::HUP) {
        ready |= Ready::READABLE | Ready::READ_CLOSED;
    }
    if flags.intersects(PollFlags::ERR) {
        ready |= Ready::READABLE | Ready::WRITABLE | Ready::WRITE_CLOSED | Ready::ERROR;
    }
    Ok(ready & Ready::that_satisfies(interest))
}
