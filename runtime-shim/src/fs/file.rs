use std::fmt;
use std::fs::{Metadata, Permissions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::SystemTime;

use futures_io::{AsyncRead, AsyncSeek};

use crate::fs::{FileTimes, OpenOptions};
use crate::io::blocking::{Blocking, Device, write_blocking};
use crate::time::{Duration, sleep};

/// An open file.
///
/// Equivalent to `tokio::fs::File`.
///
/// A file is read, written and sought through the traits of [`io`](crate::io), and with the feature
/// `tokio-io` also through those of Tokio.
///
/// When a write returns, the operating system has its bytes: a file buffers nothing, and `flush`
/// has nothing to do. Each write returns its own error. A write may write fewer bytes than it was
/// given; `write_all` writes them all. Each read and each write costs a switch to another thread,
/// so wrap the file in a `BufReader` or a `BufWriter` for small ones. A `BufWriter` does have to be
/// flushed.
///
/// # Errors
///
/// Operations return the operating system's error, with its kind and code. After the runtime has
/// ended, they return an error that says so. None of them returns
/// [`WouldBlock`](io::ErrorKind::WouldBlock): an operation waits for a pipe or a terminal even if
/// its descriptor is non-blocking (`O_NONBLOCK`). Tokio differs in this.
///
/// # Cancel safety
///
/// The call that a dropped future has started goes on, and the next operation waits for it:
///
/// - The bytes of a **read** are returned by the next read. A write or a seek starts from the
///   position before that read.
/// - A **write** may have happened. If the next operation is a write that begins with the bytes
///   that were written, it counts as the same write and returns their number. Trying again
///   therefore writes nothing twice. If the cancelled write failed, the next operation returns its
///   error.
/// - A **seek** may have happened.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::fs::{self, File};
/// use portable::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt, SeekFrom};
///
/// let path = std::env::temp_dir().join(format!("portable-file-{}", std::process::id()));
/// let mut file = File::create_new(&path).await?;
/// file.write_all(b"to be or not").await?;
///
/// file.seek(SeekFrom::Start(6)).await?;
/// let mut text = String::new();
/// file.read_to_string(&mut text).await?;
/// assert_eq!(text, "or not");
/// fs::remove_file(&path).await?;
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub struct File(Blocking<std::fs::File>);

impl Device for std::fs::File {
    fn read(&self, buf: &mut [u8]) -> io::Result<usize> {
        Read::read(&mut &*self, buf)
    }

    fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        Write::write(&mut &*self, bytes)
    }

    fn seek(&self, to: SeekFrom) -> io::Result<u64> {
        Seek::seek(&mut &*self, to)
    }
}

impl File {
    /// Opens a file for reading.
    ///
    /// # Errors
    ///
    /// Fails as [`std::fs::File::open`] does.
    pub async fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        Self::options().read(true).open(path).await
    }

    /// Opens a file for writing. The file is created if it does not exist, and truncated if it
    /// does.
    ///
    /// # Errors
    ///
    /// Fails as [`std::fs::File::create`] does.
    pub async fn create(path: impl AsRef<Path>) -> io::Result<Self> {
        let mut options = Self::options();
        options.write(true).create(true).truncate(true);
        options.open(path).await
    }

    /// Creates a file and opens it for reading and writing.
    ///
    /// # Errors
    ///
    /// Fails as [`std::fs::File::create_new`] does, for example with
    /// [`AlreadyExists`](io::ErrorKind::AlreadyExists).
    pub async fn create_new(path: impl AsRef<Path>) -> io::Result<Self> {
        let mut options = Self::options();
        options.read(true).write(true).create_new(true);
        options.open(path).await
    }

    /// Returns new [`OpenOptions`], to open a file in detail.
    #[must_use]
    pub fn options() -> OpenOptions {
        OpenOptions::new()
    }

    /// Wraps a file of the standard library, as [`From`] does.
    pub fn from_std(std: std::fs::File) -> Self {
        Self(Blocking::new(std))
    }

    /// Waits until the contents and the metadata of the file are on the disk.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error, or the error of a write that was cancelled.
    pub async fn sync_all(&self) -> io::Result<()> {
        self.0.run(|file| file.sync_all()).await
    }

    /// Waits until the contents of the file are on the disk, and the metadata needed to read them.
    ///
    /// # Errors
    ///
    /// Fails as [`sync_all`](Self::sync_all) does.
    pub async fn sync_data(&self) -> io::Result<()> {
        self.0.run(|file| file.sync_data()).await
    }

    /// Truncates the file to `size`, or extends it with zeros.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error, or the error of a write that was cancelled.
    pub async fn set_len(&self, size: u64) -> io::Result<()> {
        // Discards the bytes that a cancelled read has read ahead: this call may cut them off the
        // file.
        self.0.settle_position().await?;
        self.0.run(move |file| file.set_len(size)).await
    }

    /// Returns the metadata of the file.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error, or the error of a write that was cancelled.
    pub async fn metadata(&self) -> io::Result<Metadata> {
        self.0.run(std::fs::File::metadata).await
    }

    /// Returns another handle of the open file. Both handles share one position.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error, or the error of a write that was cancelled.
    pub async fn try_clone(&self) -> io::Result<Self> {
        self.0.settle_position().await?;
        let mut clone = Self::from_std(self.0.run(std::fs::File::try_clone).await?);
        clone.0.set_max_buf_size(self.max_buf_size());
        Ok(clone)
    }

    /// Turns this into a file of the standard library, once cancelled operations are done.
    ///
    /// The error of a cancelled write is lost here. Call `flush` first to see it.
    pub async fn into_std(self) -> std::fs::File {
        let mut file = self;
        loop {
            let _ = file.0.settle().await;
            match file.try_into_std() {
                Ok(std) => return std,
                // A cancelled `sync_all` or similar call still holds the file.
                Err(busy) => file = busy,
            }
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// Turns this into a file of the standard library.
    ///
    /// # Errors
    ///
    /// Returns the file itself if a cancelled operation is not done yet.
    #[expect(clippy::result_large_err, reason = "as Tokio's")]
    pub fn try_into_std(self) -> Result<std::fs::File, Self> {
        self.0.try_into_device().map_err(Self)
    }

    /// Sets the permissions of the file.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error, or the error of a write that was cancelled.
    pub async fn set_permissions(&self, perm: Permissions) -> io::Result<()> {
        self.0.run(move |file| file.set_permissions(perm)).await
    }

    /// Sets the times of the file.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error, or the error of a write that was cancelled.
    pub async fn set_times(&self, times: FileTimes) -> io::Result<()> {
        self.0.run(move |file| file.set_times(times.into())).await
    }

    /// Sets the time of the last modification.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error, or the error of a write that was cancelled.
    pub async fn set_modified(&self, time: SystemTime) -> io::Result<()> {
        self.set_times(FileTimes::new().set_modified(time)).await
    }

    /// Sets the greatest number of bytes that one call of the operating system reads or writes.
    ///
    /// # Panics
    ///
    /// Panics if the argument is zero.
    #[track_caller]
    pub fn set_max_buf_size(&mut self, max_buf_size: usize) {
        assert!(max_buf_size > 0, "`max_buf_size` must be greater than 0");
        self.0.set_max_buf_size(max_buf_size);
    }

    /// Returns the greatest number of bytes that one call reads or writes: 2 MiB by default.
    pub fn max_buf_size(&self) -> usize {
        self.0.max_buf_size()
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("File").field(&self.0).finish()
    }
}

impl From<std::fs::File> for File {
    fn from(std: std::fs::File) -> Self {
        Self::from_std(std)
    }
}

impl AsyncRead for File {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let read = ready!(self.0.poll_read(cx, buf.len()))?.take(buf.len());
        buf[..read.len()].copy_from_slice(read);
        Poll::Ready(Ok(read.len()))
    }
}

write_blocking! { File }

impl AsyncSeek for File {
    fn poll_seek(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pos: SeekFrom,
    ) -> Poll<io::Result<u64>> {
        self.0.poll_seek(cx, pos)
    }
}

#[cfg(feature = "tokio-io")]
mod tokio_io {
    use portable_primitives::tokio::io::{AsyncRead, AsyncSeek, AsyncWrite, ReadBuf};

    use super::*;

    impl AsyncRead for File {
        fn poll_read(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            let most = buf.remaining();
            buf.put_slice(ready!(self.0.poll_read(cx, most))?.take(most));
            Poll::Ready(Ok(()))
        }
    }

    crate::io::forward::forward_write! { AsyncWrite => File }

    impl AsyncSeek for File {
        fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
            self.0.start_seek(position)
        }

        fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
            self.0.poll_sought(cx)
        }
    }
}

#[cfg(unix)]
mod unix {
    use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

    use super::File;

    impl AsFd for File {
        fn as_fd(&self) -> BorrowedFd<'_> {
            self.0.device().as_fd()
        }
    }

    impl AsRawFd for File {
        fn as_raw_fd(&self) -> RawFd {
            self.0.device().as_raw_fd()
        }
    }

    impl From<OwnedFd> for File {
        fn from(fd: OwnedFd) -> Self {
            Self::from_std(fd.into())
        }
    }

    impl FromRawFd for File {
        /// Takes over an open file.
        ///
        /// # Safety
        ///
        /// The descriptor must be open, and nothing else may own it.
        unsafe fn from_raw_fd(fd: RawFd) -> Self {
            // SAFETY: the caller promises what is asked for.
            Self::from_std(unsafe { std::fs::File::from_raw_fd(fd) })
        }
    }
}

#[cfg(windows)]
mod windows {
    use std::os::windows::io::{AsHandle, AsRawHandle, BorrowedHandle, OwnedHandle, RawHandle};

    use super::File;

    impl AsHandle for File {
        fn as_handle(&self) -> BorrowedHandle<'_> {
            self.0.device().as_handle()
        }
    }

    impl AsRawHandle for File {
        fn as_raw_handle(&self) -> RawHandle {
            self.0.device().as_raw_handle()
        }
    }

    impl From<OwnedHandle> for File {
        fn from(handle: OwnedHandle) -> Self {
            Self::from_std(handle.into())
        }
    }
}
