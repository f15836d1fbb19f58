//! Reading and writing by blocking calls, on the threads for them.
//!
//! An operation is a job: it starts at the first poll, and the poll that sees its end returns its
//! result. When a write returns, the operating system therefore has its bytes, and each write
//! returns its own error.
//!
//! Dropping a future leaves its job running. The next operation deals with the result of that job:
//!
//! - The bytes of a read stay for the next read. Before a write or a seek, the position of the
//!   device is set back to where these bytes begin, as if they had not been read.
//! - A write that begins with the bytes which a cancelled write wrote counts as the same write and
//!   returns its result: the bytes are not written twice. A write of other bytes waits for the job
//!   and then starts its own.
//! - The error of a write is returned by the next operation of any kind.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io::{self, ErrorKind, IoSlice, SeekFrom};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker, ready};

use super::patient::{Until, Waitable, patiently};
use crate::runtime::refused::as_error;
use crate::runtime::selected::{poll_budget, poll_spend, spend_budget};
use crate::runtime::{ended, fork};
use crate::task::{JoinError, JoinHandle, spawn_blocking};
use crate::waker::Kept;

/// The most bytes that one job reads or writes. Tokio has the same limit.
pub(crate) const MAX_BUF_SIZE: usize = 2 * 1024 * 1024;

/// A device whose calls block, or return `WouldBlock`.
pub(crate) trait Device: Waitable + Send + Sync + 'static {
    fn read(&self, buf: &mut [u8]) -> io::Result<usize>;
    fn write(&self, bytes: &[u8]) -> io::Result<usize>;
    /// Moves the position. An offset from the current position never blocks for long.
    fn seek(&self, to: SeekFrom) -> io::Result<u64>;
}

/// Runs a blocking call on a thread for such calls.
pub(crate) async fn asyncify<F, T>(f: F) -> io::Result<T>
where
    F: FnOnce() -> io::Result<T> + Send + 'static,
    T: Send + 'static,
{
    fork::check()?;
    as_error(|| spawn_blocking(f))?
        .await
        .unwrap_or_else(|error| Err(lost(error)))
}

/// Returns the error of an operation whose job has no result.
pub(crate) fn lost(error: JoinError) -> io::Error {
    if error.is_cancelled() {
        ended::error()
    } else {
        io::Error::other("portable: a call on a thread for blocking calls panicked")
    }
}

/// A device, the operation on it, and the bytes that were read ahead.
pub(crate) struct Blocking<D> {
    device: Arc<D>,
    max_buf_size: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    step: Step,
    /// The bytes that were read and not taken yet.
    unread: Unread,
    /// The buffer of writes, kept for reuse.
    spare: Vec<u8>,
    /// The tasks that wait for the job through a shared reference to the device.
    waiting: Option<Arc<WakeAll>>,
    /// The position after the last seek.
    position: u64,
}

#[derive(Default)]
enum Step {
    #[default]
    Idle,
    Busy(Operation, JoinHandle<Ended>),
    /// The job has ended, and its result was not returned yet.
    Told(Operation, Ended),
}

#[derive(Clone, Copy, PartialEq)]
enum Operation {
    Read,
    Write,
    Seek(SeekFrom),
}

struct Ended {
    result: io::Result<u64>,
    /// The bytes that were read or written.
    bytes: Vec<u8>,
}

/// Bytes that were read ahead. Their memory is reused.
#[derive(Default)]
pub(crate) struct Unread {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl Unread {
    pub(crate) fn take(&mut self, most: usize) -> &[u8] {
        let start = self.start;
        self.start = self.end.min(start.saturating_add(most));
        &self.bytes[start..self.start]
    }

    fn len(&self) -> usize {
        self.end - self.start
    }
}

/// A list of wakers that wakes all of them.
#[derive(Default)]
struct WakeAll(Mutex<Vec<Kept>>);

impl WakeAll {
    /// Adds the waker of the current task, unless it is in the list.
    fn add(&self, cx: &Context<'_>, waker: &mut Option<Kept>) {
        let mut wakers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !wakers.iter().any(|other| other.will_wake(cx)) {
            wakers.extend(waker.take());
        }
    }
}

impl Wake for WakeAll {
    fn wake(self: Arc<Self>) {
        let wakers = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        wakers.into_iter().for_each(Kept::wake);
    }
}

impl<D: Device> Blocking<D> {
    pub(crate) fn new(device: D) -> Self {
        Self {
            device: Arc::new(device),
            max_buf_size: MAX_BUF_SIZE,
            state: Mutex::default(),
        }
    }

    pub(crate) fn device(&self) -> &Arc<D> {
        &self.device
    }

    pub(crate) fn max_buf_size(&self) -> usize {
        self.max_buf_size
    }

    pub(crate) fn set_max_buf_size(&mut self, max_buf_size: usize) {
        self.max_buf_size = max_buf_size;
    }

    /// Reads up to `most` bytes if the buffer is empty. `most` must not be 0. At the end of the
    /// device the buffer stays empty.
    pub(crate) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        most: usize,
    ) -> Poll<io::Result<&mut Unread>> {
        ready!(poll_budget(cx));
        fork::check()?;
        let (device, max, state) = self.parts();
        loop {
            ready!(state.poll_end(cx));
            let is_at_end = match state.take_told()? {
                Some((Operation::Read, ended)) => ended.result? == 0,
                _ => false,
            };
            if is_at_end || most == 0 || state.unread.len() > 0 {
                spend_budget();
                return Poll::Ready(Ok(&mut state.unread));
            }
            let mut bytes = std::mem::take(&mut state.unread).bytes;
            let len = most.min(max);
            if bytes.len() < len {
                bytes.resize(len, 0);
            }
            state.start(device, Operation::Read, move |device| {
                let read = || device.read(&mut bytes[..len]);
                let result = patiently(device, Until::Readable, read);
                (result.map(as_u64), bytes)
            })?;
        }
    }

    /// Writes from the front of `slices` in one job.
    pub(crate) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        fork::check()?;
        if slices.iter().all(|slice| slice.is_empty()) {
            return poll_spend(cx).map(|()| Ok(0));
        }
        let (device, max, state) = self.parts();
        loop {
            ready!(state.poll_end(cx));
            if let Some((Operation::Write, ended)) = state.take_told()? {
                let written = ended.result? as usize;
                let is_ours = begins_with(slices, &ended.bytes[..written]);
                state.spare = ended.bytes;
                if is_ours {
                    return Poll::Ready(Ok(written));
                }
            }
            state.unread(device)?;
            let mut bytes = std::mem::take(&mut state.spare);
            gather(slices, max, &mut bytes);
            state.start(device, Operation::Write, move |device| {
                let write = || device.write(&bytes);
                let result = patiently(device, Until::Writable, write);
                (result.map(as_u64), bytes)
            })?;
        }
    }

    /// Waits for the current job. There is no buffer to flush.
    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(poll_budget(cx));
        let (.., state) = self.parts();
        ready!(state.poll_end(cx));
        spend_budget();
        Poll::Ready(state.write_error())
    }

    pub(crate) fn poll_seek(
        &mut self,
        cx: &mut Context<'_>,
        to: SeekFrom,
    ) -> Poll<io::Result<u64>> {
        loop {
            let (device, _, state) = self.parts();
            ready!(state.poll_end(cx));
            match state.take_told()? {
                Some((Operation::Seek(there), ended)) if there == to => {
                    return Poll::Ready(ended.result);
                }
                _ => state.start_seek(device, to)?,
            }
        }
    }

    /// Starts a seek that [`poll_sought`](Self::poll_sought) completes.
    #[cfg(feature = "tokio-io")]
    pub(crate) fn start_seek(&mut self, to: SeekFrom) -> io::Result<()> {
        let (device, _, state) = self.parts();
        if let Step::Busy(..) = state.step {
            return Err(io::Error::other(
                "portable: another operation is pending, call poll_complete before start_seek",
            ));
        }
        state.take_told()?;
        state.start_seek(device, to)
    }

    #[cfg(feature = "tokio-io")]
    pub(crate) fn poll_sought(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        let (.., state) = self.parts();
        ready!(state.poll_end(cx));
        state.write_error()?;
        if let Step::Told(Operation::Seek(_), _) = state.step
            && let Some((_, ended)) = state.take_told()?
        {
            return Poll::Ready(ended.result);
        }
        Poll::Ready(Ok(state.position))
    }

    /// Waits for the job of a cancelled operation.
    pub(crate) async fn settle(&self) -> io::Result<()> {
        poll_fn(|cx| {
            // The waker is made before the lock is taken. If it is not needed, it is dropped after
            // the lock.
            let mut waker = Some(Kept::of(cx));
            let mut state = self.lock();
            if let Step::Busy(..) = state.step {
                let waiting = state.waiting.get_or_insert_default().clone();
                waiting.add(cx, &mut waker);
                ready!(state.poll_end(&mut Context::from_waker(&Waker::from(waiting))));
            }
            Poll::Ready(state.write_error())
        })
        .await
    }

    /// Like [`settle`](Self::settle), and sets the device back to where the next read begins.
    pub(crate) async fn settle_position(&self) -> io::Result<()> {
        self.settle().await?;
        self.lock().unread(&self.device)
    }

    /// Waits for the job of a cancelled operation, and then runs `f` as a job.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        f: impl FnOnce(&D) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        self.settle().await?;
        let device = self.device.clone();
        asyncify(move || f(&device)).await
    }

    /// Returns the device, set back to where the next read begins, unless a job holds the device.
    #[allow(clippy::result_large_err)]
    pub(crate) fn try_into_device(self) -> Result<D, Self> {
        {
            let mut state = self.lock();
            if let Step::Busy(..) = state.step {
                drop(state);
                return Err(self);
            }
            // An error is lost along with the bytes, because no operation is left to return it.
            let _ = state.unread(&self.device);
        }
        let Self {
            device,
            max_buf_size,
            state,
        } = self;
        Arc::try_unwrap(device).map_err(|device| Self {
            device,
            max_buf_size,
            state,
        })
    }

    fn parts(&mut self) -> (&Arc<D>, usize, &mut State) {
        let state = self.state.get_mut();
        (
            &self.device,
            self.max_buf_size,
            state.unwrap_or_else(PoisonError::into_inner),
        )
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn start<D: Device>(
        &mut self,
        device: &Arc<D>,
        operation: Operation,
        job: impl FnOnce(&D) -> (io::Result<u64>, Vec<u8>) + Send + 'static,
    ) -> io::Result<()> {
        let device = device.clone();
        let job = move || {
            let (result, bytes) = job(&device);
            Ended { result, bytes }
        };
        self.step = Step::Busy(operation, as_error(|| spawn_blocking(job))?);
        Ok(())
    }

    fn start_seek<D: Device>(&mut self, device: &Arc<D>, to: SeekFrom) -> io::Result<()> {
        self.unread(device)?;
        self.start(device, Operation::Seek(to), move |device| {
            (device.seek(to), Vec::new())
        })
    }

    /// Waits for the job, if there is one.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Step::Busy(operation, job) = &mut self.step {
            let operation = *operation;
            let mut ended = ready!(Pin::new(job).poll(cx)).unwrap_or_else(|error| Ended {
                result: Err(lost(error)),
                bytes: Vec::new(),
            });
            match (operation, &ended.result) {
                (Operation::Read, result) => {
                    self.unread = Unread {
                        bytes: std::mem::take(&mut ended.bytes),
                        start: 0,
                        end: *result.as_ref().unwrap_or(&0) as usize,
                    };
                }
                (Operation::Seek(_), Ok(position)) => self.position = *position,
                _ => {}
            }
            self.step = Step::Told(operation, ended);
        }
        Poll::Ready(())
    }

    /// Takes the result of the last job, if it was not returned yet. Any operation may return the
    /// error of a write.
    fn take_told(&mut self) -> io::Result<Option<(Operation, Ended)>> {
        self.write_error()?;
        Ok(match std::mem::take(&mut self.step) {
            Step::Told(operation, ended) => Some((operation, ended)),
            _ => None,
        })
    }

    fn write_error(&mut self) -> io::Result<()> {
        match std::mem::take(&mut self.step) {
            Step::Told(Operation::Write, Ended { result: Err(e), .. }) => Err(e),
            step => {
                self.step = step;
                Ok(())
            }
        }
    }

    /// Sets the device back to the first byte that was read and not taken.
    fn unread<D: Device>(&mut self, device: &Arc<D>) -> io::Result<()> {
        if let Step::Told(Operation::Read, _) = self.step {
            self.step = Step::Idle;
        }
        if self.unread.len() == 0 {
            return Ok(());
        }
        // This only moves a number in the operating system and waits for nothing, so it needs no
        // job.
        match device.seek(SeekFrom::Current(-(self.unread.len() as i64))) {
            Ok(_) => {
                self.unread.start = self.unread.end;
                Ok(())
            }
            // For a pipe or a terminal, reads and writes share no position.
            Err(error) if error.kind() == ErrorKind::NotSeekable => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl<D: fmt::Debug> fmt::Debug for Blocking<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.device.fmt(f)
    }
}

fn as_u64(len: usize) -> u64 {
    len as u64
}

/// Copies the first `max` bytes of `slices`.
fn gather(slices: &[IoSlice<'_>], max: usize, into: &mut Vec<u8>) {
    into.clear();
    for slice in slices {
        let left = max - into.len();
        into.extend_from_slice(&slice[..slice.len().min(left)]);
    }
}

/// Returns whether `slices` begin with `bytes`.
fn begins_with(slices: &[IoSlice<'_>], mut bytes: &[u8]) -> bool {
    for slice in slices {
        let (here, rest) = bytes.split_at(bytes.len().min(slice.len()));
        if !slice.starts_with(here) {
            return false;
        }
        bytes = rest;
    }
    bytes.is_empty()
}

/// `write_blocking! { Handle }` implements the writing of a handle whose field is a [`Blocking`].
macro_rules! write_blocking {
    ($handle:ty) => {
        impl futures_io::AsyncWrite for $handle {
            fn poll_write(
                mut self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buf: &[u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                self.0.poll_write(cx, &[std::io::IoSlice::new(buf)])
            }

            fn poll_write_vectored(
                mut self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                bufs: &[std::io::IoSlice<'_>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                self.0.poll_write(cx, bufs)
            }

            fn poll_flush(
                mut self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                self.0.poll_flush(cx)
            }

            fn poll_close(
                mut self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                self.0.poll_flush(cx)
            }
        }
    };
}

pub(crate) use write_blocking;
