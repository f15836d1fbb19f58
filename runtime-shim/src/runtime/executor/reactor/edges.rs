//! The operating system's reports of changed readiness.
//!
//! async-io tells once that a descriptor is ready, and asks the operating system anew each time it is
//! waited for. An epoll or a kqueue of our own tells each change once, with all that there is to
//! tell: the end of the stream, urgent data, errors. async-io watches this one, which counts as
//! readable as long as it has something to tell.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::task::{Context, Poll};

use portable_reactor::Async;

use crate::io::{Interest, Ready};

/// The most reports that are taken at once.
const MOST: usize = 64;

/// Watches descriptors for changes.
#[derive(Debug)]
pub(super) struct Edges(Async<OwnedFd>);

impl Edges {
    pub(super) fn new() -> io::Result<Self> {
        Async::new_nonblocking(system::create()?).map(Self)
    }

    /// Begins to watch a descriptor, whose reports have this key. The first report tells what it is
    /// ready for already.
    pub(super) fn add(&self, fd: BorrowedFd<'_>, key: usize, interest: Interest) -> io::Result<()> {
        system::add(self.0.get_ref(), fd, key, interest)
    }

    /// Stops watching a descriptor.
    pub(super) fn remove(&self, fd: BorrowedFd<'_>, interest: Interest) {
        // It fails if the descriptor was closed, which also ends the watch.
        let _ = system::remove(self.0.get_ref(), fd, interest);
    }

    /// Takes the reports that there are.
    pub(super) fn take(&self, mut report: impl FnMut(usize, Ready)) -> io::Result<()> {
        loop {
            match system::take(self.0.get_ref(), &mut report) {
                Ok(MOST) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                taken => return taken.map(drop),
            }
        }
    }

    /// Waits until there is something to take. Only the last task that polls is woken.
    pub(super) fn poll(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_readable(cx)
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod system {
    use std::mem::MaybeUninit;

    use rustix::event::Timespec;
    use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};

    use super::*;

    pub(super) fn create() -> io::Result<OwnedFd> {
        Ok(epoll::create(CreateFlags::CLOEXEC)?)
    }

    pub(super) fn add(
        epoll: &OwnedFd,
        fd: BorrowedFd<'_>,
        key: usize,
        interest: Interest,
    ) -> io::Result<()> {
        let mut flags = EventFlags::ET;
        // Errors are always reported, but some event must be asked for.
        if interest.is_readable() || interest.is_error() {
            flags |= EventFlags::IN | EventFlags::RDHUP;
        }
        if interest.is_writable() {
            flags |= EventFlags::OUT;
        }
        if interest.is_priority() {
            flags |= EventFlags::PRI;
        }
        Ok(epoll::add(
            epoll,
            fd,
            EventData::new_u64(key as u64),
            flags,
        )?)
    }

    pub(super) fn remove(epoll: &OwnedFd, fd: BorrowedFd<'_>, _: Interest) -> io::Result<()> {
        Ok(epoll::delete(epoll, fd)?)
    }

    pub(super) fn take(
        epoll: &OwnedFd,
        report: &mut impl FnMut(usize, Ready),
    ) -> io::Result<usize> {
        let mut events = [const { MaybeUninit::<Event>::uninit() }; MOST];
        let (events, _) = epoll::wait(epoll, &mut events, Some(&Timespec::default()))?;
        for event in &*events {
            // The key was a `usize`.
            report({ event.data }.u64() as usize, ready(event.flags));
        }
        Ok(events.len())
    }

    fn ready(flags: EventFlags) -> Ready {
        let has = |flag| flags.contains(flag);
        let mut ready = Ready::EMPTY;
        if has(EventFlags::IN) || has(EventFlags::PRI) {
            ready |= Ready::READABLE;
        }
        if has(EventFlags::OUT) {
            ready |= Ready::WRITABLE;
        }
        if has(EventFlags::HUP) || has(EventFlags::IN | EventFlags::RDHUP) {
            ready |= Ready::READ_CLOSED;
        }
        if has(EventFlags::HUP)
            || has(EventFlags::OUT | EventFlags::ERR)
            || flags == EventFlags::ERR
        {
            ready |= Ready::WRITE_CLOSED;
        }
        if has(EventFlags::ERR) {
            ready |= Ready::ERROR;
        }
        if has(EventFlags::PRI) {
            ready |= Ready::PRIORITY;
        }
        ready
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod system {
    use std::mem::MaybeUninit;
    use std::os::fd::AsRawFd;
    use std::ptr;

    use rustix::event::Timespec;
    use rustix::event::kqueue::{self, Event, EventFilter, EventFlags};
    use rustix::io::Errno;

    use super::*;

    pub(super) fn create() -> io::Result<OwnedFd> {
        Ok(kqueue::kqueue()?)
    }

    pub(super) fn add(
        kqueue: &OwnedFd,
        fd: BorrowedFd<'_>,
        key: usize,
        interest: Interest,
    ) -> io::Result<()> {
        change(
            kqueue,
            fd,
            key,
            interest,
            EventFlags::ADD | EventFlags::CLEAR,
        )
    }

    pub(super) fn remove(
        kqueue: &OwnedFd,
        fd: BorrowedFd<'_>,
        interest: Interest,
    ) -> io::Result<()> {
        change(kqueue, fd, 0, interest, EventFlags::DELETE)
    }

    fn change(
        kqueue: &OwnedFd,
        fd: BorrowedFd<'_>,
        key: usize,
        interest: Interest,
        flags: EventFlags,
    ) -> io::Result<()> {
        let data = ptr::without_provenance_mut(key);
        let change = |filter| Event::new(filter, flags | EventFlags::RECEIPT, data);
        let mut changes = Vec::with_capacity(2);
        if interest.is_readable() || interest.is_error() {
            changes.push(change(EventFilter::Read(fd.as_raw_fd())));
        }
        if interest.is_writable() {
            changes.push(change(EventFilter::Write(fd.as_raw_fd())));
        }
        let mut receipts = [const { MaybeUninit::<Event>::uninit() }; 2];
        // SAFETY: the descriptor is open, as it is borrowed.
        let received = unsafe { kqueue::kevent_timespec(kqueue, &changes, &mut receipts, None)? };
        for receipt in &*received.0 {
            // A pipe whose other end is closed is refused, but watched all the same.
            if receipt.flags().contains(EventFlags::ERROR)
                && receipt.data() != 0
                && receipt.data() != i64::from(Errno::PIPE.raw_os_error())
            {
                return Err(io::Error::from_raw_os_error(receipt.data() as i32));
            }
        }
        Ok(())
    }

    pub(super) fn take(
        kqueue: &OwnedFd,
        report: &mut impl FnMut(usize, Ready),
    ) -> io::Result<usize> {
        let mut events = [const { MaybeUninit::<Event>::uninit() }; MOST];
        let now = Timespec::default();
        // SAFETY: there is no change that names a descriptor.
        let taken = unsafe { kqueue::kevent_timespec(kqueue, &[], &mut events, Some(&now))? };
        for event in &*taken.0 {
            report(event.udata().addr(), ready(event));
        }
        Ok(taken.0.len())
    }

    fn ready(event: &Event) -> Ready {
        let is_closed = event.flags().contains(EventFlags::EOF);
        let mut ready = match event.filter() {
            EventFilter::Read(_) if is_closed => Ready::READABLE | Ready::READ_CLOSED,
            EventFilter::Read(_) => Ready::READABLE,
            EventFilter::Write(_) if is_closed => Ready::WRITABLE | Ready::WRITE_CLOSED,
            EventFilter::Write(_) => Ready::WRITABLE,
            _ => Ready::EMPTY,
        };
        if event.flags().contains(EventFlags::ERROR) {
            ready |= Ready::ERROR;
        }
        ready
    }
}
