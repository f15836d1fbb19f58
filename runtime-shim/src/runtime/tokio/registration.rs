//! Descriptors whose readiness Tokio remembers until it is cleared.

use std::future::poll_fn;
use std::io;
use std::mem;
use std::os::fd::{AsRawFd, RawFd};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::unix::{AsyncFd, AsyncFdReadyGuard};

use super::Tokio;
#[cfg(feature = "test-util")]
use super::stalled::Descriptor;
use crate::io::{Interest, Ready};
use crate::runtime::Backend;
use crate::runtime::source::{self, Direction, Watched};

/// A registered descriptor.
#[derive(Debug)]
pub(crate) struct Registration {
    // `None` only while it is dropped.
    watched: Option<Arc<AsyncFd<RawFd>>>,
    _counted: Watched<true>,
    #[cfg(feature = "test-util")]
    _of_runtime: Descriptor,
}

impl Registration {
    pub(super) fn new(fd: RawFd, interest: Interest) -> io::Result<Self> {
        // SAFETY: the caller keeps the descriptor open as long as the registration lives.
        let watched = unsafe { AsyncFd::register_with_interest(fd, to_tokio(interest)) };
        Ok(Self {
            watched: Some(Arc::new(watched?)),
            _counted: Watched::new(),
            #[cfg(feature = "test-util")]
            _of_runtime: Descriptor::new(),
        })
    }

    fn watched(&self) -> &Arc<AsyncFd<RawFd>> {
        self.watched
            .as_ref()
            .expect("it is taken only when dropped")
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        // An event that outlives its registration must not end the watch later, when the number of
        // the descriptor may be another's. The operating system ends it when it closes this one.
        if let Some(watched) = self.watched.take()
            && let Err(watched) = Arc::try_unwrap(watched)
        {
            mem::forget(watched);
        }
    }
}

impl source::Registration for Registration {
    type Event = Event;

    fn poll_ready(&self, direction: Direction, cx: &mut Context<'_>) -> Poll<io::Result<Event>> {
        let watched = self.watched();
        let guard = ready!(match direction {
            Direction::Read => watched.poll_read_ready(cx),
            Direction::Write => watched.poll_write_ready(cx),
        })?;
        Poll::Ready(Ok(Event::new(watched, guard)))
    }

    async fn ready(&self, interest: Interest) -> io::Result<Event> {
        let watched = self.watched();
        let guard = ready(watched, interest).await?;
        Ok(Event::new(watched, guard.0))
    }

    fn try_io<R>(
        &self,
        interest: Interest,
        operation: impl FnOnce() -> io::Result<R>,
    ) -> io::Result<R> {
        try_io(self.watched(), interest, operation)
    }
}

/// Something that a registration was ready for.
pub(crate) struct Event {
    // Dropped before what it borrows.
    guard: Guard<'static, RawFd>,
    _watched: Arc<AsyncFd<RawFd>>,
}

impl Event {
    fn new(watched: &Arc<AsyncFd<RawFd>>, guard: AsyncFdReadyGuard<'_, RawFd>) -> Self {
        // SAFETY: the guard borrows what `watched` points to, which the event keeps as long as the
        // guard. A guard of Tokio's is the only way to clear what it has seen and nothing newer, and
        // `AsyncFdReadyMutGuard` cannot hold one that borrows the registration.
        let guard = unsafe {
            mem::transmute::<AsyncFdReadyGuard<'_, RawFd>, AsyncFdReadyGuard<'static, RawFd>>(guard)
        };
        Self {
            guard: Guard(guard),
            _watched: watched.clone(),
        }
    }
}

impl source::Event for Event {
    fn ready(&self) -> Ready {
        self.guard.ready()
    }

    fn clear(&mut self, ready: Ready) {
        self.guard.clear(ready);
    }
}

/// Something that a descriptor was ready for.
pub(crate) struct Guard<'a, T: AsRawFd>(AsyncFdReadyGuard<'a, T>);

impl<T: AsRawFd + Sync> source::Event for Guard<'_, T> {
    fn ready(&self) -> Ready {
        from_tokio(self.0.ready())
    }

    fn clear(&mut self, ready: Ready) {
        let mut cleared = tokio::io::Ready::EMPTY;
        for (ours, tokios) in STATES {
            if !(ready & *ours).is_empty() {
                cleared |= *tokios;
            }
        }
        self.0.clear_ready_matching(cleared);
    }
}

/// Waits until something of `interest` counts as possible.
pub(super) async fn ready<T: AsRawFd>(
    watched: &AsyncFd<T>,
    interest: Interest,
) -> io::Result<Guard<'_, T>> {
    // Tokio counts operations, but not the waits for readiness, so this spends budget itself.
    poll_fn(|cx| Tokio.poll_budget(cx)).await;
    let guard = watched.ready(to_tokio(interest)).await;
    Tokio.spend_budget();
    guard.map(Guard)
}

/// Does `operation` if something of `interest` counts as possible.
pub(super) fn try_io<T: AsRawFd, R>(
    watched: &AsyncFd<T>,
    interest: Interest,
    operation: impl FnOnce() -> io::Result<R>,
) -> io::Result<R> {
    let mut operation = Some(operation);
    // Tokio's `try_io` takes several interests at once for none.
    for single in each(interest) {
        let done = watched.try_io(single, |_| match operation.take() {
            Some(operation) => operation(),
            None => Err(io::ErrorKind::WouldBlock.into()),
        });
        if operation.is_none() && !done.as_ref().is_err_and(source::would_block) {
            return done;
        }
    }
    Err(io::ErrorKind::WouldBlock.into())
}

/// Returns the single interests that `interest` includes, as Tokio's.
fn each(interest: Interest) -> impl Iterator<Item = tokio::io::Interest> {
    let includes = move |single| interest.remove(single) != Some(interest);
    let singles = INTERESTS.iter();
    singles.filter_map(move |&(single, tokios)| includes(single).then_some(tokios))
}

fn to_tokio(interest: Interest) -> tokio::io::Interest {
    each(interest)
        .reduce(|one, other| one | other)
        .expect("an interest is never empty")
}

const INTERESTS: &[(Interest, tokio::io::Interest)] = &[
    (Interest::READABLE, tokio::io::Interest::READABLE),
    (Interest::WRITABLE, tokio::io::Interest::WRITABLE),
    #[cfg(any(target_os = "linux", target_os = "android"))]
    (Interest::PRIORITY, tokio::io::Interest::PRIORITY),
    (Interest::ERROR, tokio::io::Interest::ERROR),
];

const STATES: &[(Ready, tokio::io::Ready)] = &[
    (Ready::READABLE, tokio::io::Ready::READABLE),
    (Ready::WRITABLE, tokio::io::Ready::WRITABLE),
    (Ready::READ_CLOSED, tokio::io::Ready::READ_CLOSED),
    (Ready::WRITE_CLOSED, tokio::io::Ready::WRITE_CLOSED),
    (Ready::ERROR, tokio::io::Ready::ERROR),
    #[cfg(any(target_os = "linux", target_os = "android"))]
    (Ready::PRIORITY, tokio::io::Ready::PRIORITY),
];

fn from_tokio(ready: tokio::io::Ready) -> Ready {
    let mut ours = Ready::EMPTY;
    for (state, tokios) in STATES {
        if !(ready & *tokios).is_empty() {
            ours |= *state;
        }
    }
    ours
}
