//! Standard input.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::io::{self, ErrorKind, Read};
use std::pin::Pin;
use std::str;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::thread;

use futures_io::AsyncRead;
use futures_lite::Stream;

use super::patient::{Until, patiently};
use crate::runtime::fork;
use crate::runtime::selected::{poll_budget, spend_budget};
use crate::waker::Kept;

/// Returns a handle of the process's standard input.
///
/// Equivalent to `tokio::io::stdin`.
///
/// See [`Stdin`].
///
/// # Examples
///
/// ```no_run
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// let mut lines = portable::io::stdin().lines();
/// while let Some(line) = lines.next_line().await? {
///     println!("{line}");
/// }
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub fn stdin() -> Stdin {
    Stdin(io::stdin())
}

/// A handle of the process's standard input, made by [`stdin`].
///
/// Equivalent to `tokio::io::Stdin`.
///
/// One plain thread of the process reads the input, whenever a task waits for bytes. A waiting read
/// does not keep the process from ending, on any runtime. Input that no task has asked for stays in
/// the operating system, for example for a child process, except for the rest of a chunk: of 8 KiB, or
/// of up to 256 KiB where a read has asked for as many bytes.
///
/// All handles, on all runtimes, share the bytes that this thread has read. Read lines with
/// [`lines`](Self::lines), [`read_line`](Self::read_line) and [`read_until`](Self::read_until) of
/// the handle itself: they leave an incomplete line to the other handles. The handle does not
/// implement `AsyncBufRead`, because it would have to keep bytes from the other handles. A
/// `BufReader` around it does so, and the bytes it has read are lost when it is dropped.
///
/// # Errors
///
/// Reads return the operating system's error. At the end of the input they return no bytes; a
/// terminal may provide more after that. If another program has made the descriptor non-blocking, a
/// read waits all the same.
///
/// # Cancel safety
///
/// A cancelled read has taken nothing, neither a byte nor the beginning of a line. Only
/// `AsyncReadExt::read_exact` and similar functions lose the bytes that are already in their
/// buffer.
///
/// # Examples
///
/// ```no_run
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::io;
/// use portable::time::{Duration, timeout};
///
/// let mut line = String::new();
/// while timeout(Duration::from_secs(5), io::stdin().read_line(&mut line)).await.is_err() {
///     println!("what is your name?");
/// }
/// # });
/// ```
pub struct Stdin(io::Stdin);

/// The most bytes that the thread reads ahead of what a task has asked for.
const CHUNK: usize = 8 * 1024;

/// The most bytes that one read of the thread takes.
const LARGEST: usize = 256 * 1024;

static INPUT: Input = Input {
    state: Mutex::new(State {
        bytes: VecDeque::new(),
        taken: 0,
        end: None,
        wanted: 0,
        has_thread: false,
        waiting: Vec::new(),
    }),
    wanted: Condvar::new(),
};

/// The state that all handles share.
struct Input {
    state: Mutex<State>,
    /// Notifies the thread that a task waits.
    wanted: Condvar,
}

struct State {
    /// The bytes that were read and not taken yet.
    bytes: VecDeque<u8>,
    /// The number of bytes that were taken before those.
    taken: u64,
    /// The reason why nothing follows those: the end of the input, or an error. One reader takes
    /// it.
    end: Option<io::Result<()>>,
    /// The most bytes that a waiting task has asked for: 0 if none waits.
    wanted: usize,
    has_thread: bool,
    waiting: Vec<Kept>,
}

impl Input {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until more bytes come, of which the task asks for `most`. Takes the waker of the current task, unless it is in the list.
    fn poll_more<T>(
        &'static self,
        cx: &Context<'_>,
        waker: &mut Option<Kept>,
        most: usize,
        mut state: MutexGuard<'_, State>,
    ) -> Poll<io::Result<T>> {
        fork::check()?;
        if !state.has_thread {
            // The thread lasts as long as the process, which does not wait for it.
            thread::Builder::new()
                .name("portable stdin".into())
                .spawn(|| self.serve())?;
            state.has_thread = true;
        }
        if state.wanted == 0 {
            self.wanted.notify_one();
        }
        state.wanted = state.wanted.max(most.clamp(CHUNK, LARGEST));
        if !state.waiting.iter().any(|waker| waker.will_wake(cx)) {
            state.waiting.extend(waker.take());
        }
        Poll::Pending
    }

    /// The main function of the thread.
    fn serve(&self) {
        let mut chunk = Vec::new();
        let mut state = self.lock();
        loop {
            while state.wanted == 0 {
                state = self
                    .wanted
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            let len = state.wanted;
            drop(state);
            if chunk.len() < len {
                chunk.resize(len, 0);
            }
            // Reads through the standard library's buffer, so that other users of it lose nothing.
            let stdin = io::stdin();
            let read = || stdin.lock().read(&mut chunk[..len]);
            let read = patiently(&stdin, Until::Readable, read);
            state = self.lock();
            match read {
                Ok(0) => state.end = Some(Ok(())),
                Ok(len) => state.bytes.extend(&chunk[..len]),
                Err(error) => state.end = Some(Err(error)),
            }
            state.wanted = 0;
            let waiting = std::mem::take(&mut state.waiting);
            drop(state);
            waiting.into_iter().for_each(Kept::wake);
            state = self.lock();
        }
    }
}

impl State {
    fn take(&mut self, len: usize) -> impl Iterator<Item = u8> + '_ {
        self.taken += len as u64;
        self.bytes.drain(..len)
    }

    /// Finds the first `byte` after the position `searched`, which counts from the beginning of the
    /// input. If there is none, sets `searched` to the end of the bytes that have come.
    fn find(&self, byte: u8, searched: &mut u64) -> Option<usize> {
        let from = usize::try_from(searched.saturating_sub(self.taken)).ok()?;
        let mut unsearched = self.bytes.range(from.min(self.bytes.len())..);
        let found = unsearched.position(|b| *b == byte);
        if found.is_none() {
            *searched = self.taken + self.bytes.len() as u64;
        }
        found.map(|position| from + position)
    }
}

/// Returns the `poll` form of [`Stdin::read_until`].
fn poll_read_until(
    cx: &mut Context<'_>,
    byte: u8,
    searched: &mut u64,
    buf: &mut Vec<u8>,
) -> Poll<io::Result<usize>> {
    ready!(poll_budget(cx));
    // The waker is made before the lock is taken. If it is not needed, it is dropped after the
    // lock.
    let mut waker = Some(Kept::of(cx));
    let mut state = INPUT.lock();
    let len = match state.find(byte, searched) {
        Some(position) => position + 1,
        None => match state.end.take() {
            None => return INPUT.poll_more(cx, &mut waker, CHUNK, state),
            Some(end) => {
                end?;
                state.bytes.len()
            }
        },
    };
    buf.extend(state.take(len));
    spend_budget();
    Poll::Ready(Ok(len))
}

fn poll_read(
    cx: &mut Context<'_>,
    most: usize,
    mut put: impl FnMut(&[u8]),
) -> Poll<io::Result<usize>> {
    ready!(poll_budget(cx));
    if most == 0 {
        spend_budget();
        return Poll::Ready(Ok(0));
    }
    let mut waker = Some(Kept::of(cx));
    let mut state = INPUT.lock();
    if state.bytes.is_empty() {
        return match state.end.take() {
            None => INPUT.poll_more(cx, &mut waker, most, state),
            Some(end) => {
                spend_budget();
                Poll::Ready(end.map(|()| 0))
            }
        };
    }
    let len = most.min(state.bytes.len());
    let (front, back) = state.bytes.as_slices();
    let front = &front[..len.min(front.len())];
    put(front);
    put(&back[..len - front.len()]);
    drop(state.take(len));
    spend_budget();
    Poll::Ready(Ok(len))
}

impl Stdin {
    /// Appends the bytes up to and including `byte`, or up to the end of the input. Returns their
    /// number: 0 at the end.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error. The bytes before it stay for the next read.
    ///
    /// # Cancel safety
    ///
    /// A cancelled read has taken nothing.
    pub async fn read_until(&self, byte: u8, buf: &mut Vec<u8>) -> io::Result<usize> {
        let mut searched = 0;
        poll_fn(|cx| poll_read_until(cx, byte, &mut searched, buf)).await
    }

    /// Appends a line with its `\n`, or the rest of the input without one. Returns the number of
    /// bytes: 0 at the end.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error. The bytes before it stay for the next read. Returns
    /// [`InvalidData`](io::ErrorKind::InvalidData) if the line is not UTF-8. That line is lost, and
    /// the next call goes on after it.
    ///
    /// # Cancel safety
    ///
    /// A cancelled read has taken nothing.
    pub async fn read_line(&self, buf: &mut String) -> io::Result<usize> {
        let mut bytes = Vec::new();
        self.read_until(b'\n', &mut bytes).await?;
        let line = str::from_utf8(&bytes).map_err(not_utf_8)?;
        buf.push_str(line);
        Ok(line.len())
    }

    /// Returns the lines, without their line ends.
    pub fn lines(self) -> StdinLines {
        StdinLines {
            stdin: self,
            searched: 0,
        }
    }
}

fn not_utf_8(_: impl fmt::Debug) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "stream did not contain valid UTF-8")
}

/// The lines of the standard input, made by [`Stdin::lines`].
///
/// Equivalent to `tokio::io::Lines`.
///
/// It is also a stream.
pub struct StdinLines {
    stdin: Stdin,
    searched: u64,
}

impl StdinLines {
    /// Returns the next line, without `\n` or `\r\n`, and `None` at the end.
    ///
    /// # Errors
    ///
    /// Fails as [`Stdin::read_line`] does.
    ///
    /// # Cancel safety
    ///
    /// A cancelled read has taken nothing.
    pub async fn next_line(&mut self) -> io::Result<Option<String>> {
        poll_fn(|cx| self.poll_next_line(cx)).await
    }

    /// Returns the handle that the lines are read from. Nothing is lost.
    pub fn into_inner(self) -> Stdin {
        self.stdin
    }

    fn poll_next_line(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<String>>> {
        let mut line = Vec::new();
        if ready!(poll_read_until(cx, b'\n', &mut self.searched, &mut line))? == 0 {
            return Poll::Ready(Ok(None));
        }
        if line.pop_if(|byte| *byte == b'\n').is_some() {
            line.pop_if(|byte| *byte == b'\r');
        }
        Poll::Ready(String::from_utf8(line).map(Some).map_err(not_utf_8))
    }
}

impl Stream for StdinLines {
    type Item = io::Result<String>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_next_line(cx).map(Result::transpose)
    }
}

impl AsyncRead for Stdin {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut len = 0;
        poll_read(cx, buf.len(), |bytes| {
            buf[len..][..bytes.len()].copy_from_slice(bytes);
            len += bytes.len();
        })
    }
}

#[cfg(feature = "tokio-io")]
impl portable_primitives::tokio::io::AsyncRead for Stdin {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut portable_primitives::tokio::io::ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        poll_read(cx, buf.remaining(), |bytes| buf.put_slice(bytes)).map_ok(drop)
    }
}

impl fmt::Debug for Stdin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stdin").finish_non_exhaustive()
    }
}

impl fmt::Debug for StdinLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StdinLines").finish_non_exhaustive()
    }
}

#[cfg(unix)]
impl std::os::fd::AsFd for Stdin {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.0.as_fd()
    }
}

#[cfg(unix)]
impl std::os::fd::AsRawFd for Stdin {
    fn as_raw_fd(&self) -> std::os::fd::RawFd {
        self.0.as_raw_fd()
    }
}

#[cfg(windows)]
impl std::os::windows::io::AsHandle for Stdin {
    fn as_handle(&self) -> std::os::windows::io::BorrowedHandle<'_> {
        self.0.as_handle()
    }
}

#[cfg(windows)]
impl std::os::windows::io::AsRawHandle for Stdin {
    fn as_raw_handle(&self) -> std::os::windows::io::RawHandle {
        self.0.as_raw_handle()
    }
}
