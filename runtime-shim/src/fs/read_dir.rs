use std::collections::VecDeque;
use std::ffi::OsString;
use std::fmt;
use std::fs::{FileType, Metadata};
use std::future::{Future, poll_fn};
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use crate::io::blocking::{asyncify, lost};
use crate::runtime::refused::as_error;
use crate::runtime::selected::{poll_budget, spend_budget};
use crate::task::{JoinHandle, consume_budget, spawn_blocking};

/// The number of entries that are read in one go.
const CHUNK: usize = 32;

/// Returns the entries of a directory.
///
/// Equivalent to `tokio::fs::read_dir`.
///
/// # Errors
///
/// Fails as [`std::fs::read_dir`] does, for example if the path does not exist or is not a
/// directory.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs;
///
/// let mut entries = fs::read_dir(".").await?;
/// let mut names = Vec::new();
/// while let Some(entry) = entries.next_entry().await? {
///     names.push(entry.file_name());
/// }
/// assert!(names.contains(&"Cargo.toml".into()));
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub async fn read_dir(path: impl AsRef<Path>) -> io::Result<ReadDir> {
    let path = path.as_ref().to_owned();
    let chunk = asyncify(|| Ok(Chunk::new(std::fs::read_dir(path)?).read())).await?;
    Ok(ReadDir(State::Idle(Some(chunk))))
}

/// The entries of a directory, made by [`read_dir`].
///
/// Equivalent to `tokio::fs::ReadDir`.
#[must_use = "it gives nothing unless asked"]
pub struct ReadDir(State);

enum State {
    /// `None` if the thread that held the chunk did not return it. The directory then counts as
    /// read.
    Idle(Option<Chunk>),
    Busy(JoinHandle<Chunk>),
}

struct Chunk {
    entries: VecDeque<io::Result<DirEntry>>,
    rest: std::fs::ReadDir,
    is_last: bool,
}

impl Chunk {
    fn new(rest: std::fs::ReadDir) -> Self {
        Self {
            entries: VecDeque::with_capacity(CHUNK),
            rest,
            is_last: false,
        }
    }

    fn read(mut self) -> Self {
        while self.entries.len() < CHUNK {
            let Some(entry) = self.rest.next() else {
                self.is_last = true;
                break;
            };
            let is_error = entry.is_err();
            self.entries.push_back(entry.map(|entry| DirEntry {
                // On most systems the directory holds the type, so this makes no system call.
                file_type: entry.file_type().ok(),
                entry: Arc::new(entry),
            }));
            if is_error {
                break;
            }
        }
        self
    }
}

impl ReadDir {
    /// Returns the next entry, in no particular order, and `None` after the last.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error for one entry. The next call goes on with the next
    /// entry.
    ///
    /// # Cancel safety
    ///
    /// An entry that the dropped future did not return is returned by the next call.
    pub async fn next_entry(&mut self) -> io::Result<Option<DirEntry>> {
        poll_fn(|cx| self.poll_next_entry(cx)).await
    }

    /// The `poll` form of [`next_entry`](Self::next_entry).
    pub fn poll_next_entry(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<DirEntry>>> {
        ready!(poll_budget(cx));
        loop {
            match &mut self.0 {
                State::Idle(chunk) => {
                    let next = chunk.as_mut().and_then(|chunk| chunk.entries.pop_front());
                    if let Some(entry) = next {
                        spend_budget();
                        return Poll::Ready(entry.map(Some));
                    }
                    match chunk.take_if(|chunk| !chunk.is_last) {
                        Some(chunk) => {
                            let job = as_error(|| spawn_blocking(|| chunk.read()))?;
                            self.0 = State::Busy(job);
                        }
                        None => {
                            spend_budget();
                            return Poll::Ready(Ok(None));
                        }
                    }
                }
                State::Busy(job) => match ready!(Pin::new(job).poll(cx)) {
                    Ok(chunk) => self.0 = State::Idle(Some(chunk)),
                    Err(error) => {
                        self.0 = State::Idle(None);
                        return Poll::Ready(Err(lost(error)));
                    }
                },
            }
        }
    }
}

impl fmt::Debug for ReadDir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadDir").finish_non_exhaustive()
    }
}

/// An entry of a directory, returned by [`ReadDir`].
///
/// Equivalent to `tokio::fs::DirEntry`.
#[derive(Debug)]
pub struct DirEntry {
    entry: Arc<std::fs::DirEntry>,
    file_type: Option<FileType>,
}

impl DirEntry {
    /// Returns the path: the one that was given to [`read_dir`], and the name.
    pub fn path(&self) -> PathBuf {
        self.entry.path()
    }

    /// Returns the name.
    pub fn file_name(&self) -> OsString {
        self.entry.file_name()
    }

    /// Returns the metadata of the entry, without following a symbolic link.
    ///
    /// # Errors
    ///
    /// Fails as [`std::fs::DirEntry::metadata`] does, for example if the entry no longer exists.
    pub async fn metadata(&self) -> io::Result<Metadata> {
        let entry = self.entry.clone();
        asyncify(move || entry.metadata()).await
    }

    /// Returns the type of the entry: a file, a directory, a symbolic link and so on.
    ///
    /// # Errors
    ///
    /// Fails as [`std::fs::DirEntry::file_type`] does.
    pub async fn file_type(&self) -> io::Result<FileType> {
        if let Some(file_type) = self.file_type {
            consume_budget().await;
            return Ok(file_type);
        }
        let entry = self.entry.clone();
        asyncify(move || entry.file_type()).await
    }

    /// Returns the number of the entry's inode. Unix only.
    #[cfg(unix)]
    pub fn ino(&self) -> u64 {
        std::os::unix::fs::DirEntryExt::ino(&*self.entry)
    }
}
