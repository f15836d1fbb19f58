use std::io;
use std::process::{ExitStatus, Output};

use futures_lite::future::try_zip;
use futures_lite::io::{AsyncRead, AsyncReadExt};

use super::owned::Process;
use super::{ChildStderr, ChildStdin, ChildStdout};

/// A child process, made by [`Command::spawn`](super::Command::spawn).
///
/// Equivalent to `tokio::process::Child`.
///
/// See also [what happens when a child is dropped](super#when-a-child-is-dropped).
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::process::Command;
///
/// let mut child = Command::new("true").spawn()?;
/// println!("its number is {:?}", child.id());
/// assert!(child.wait().await?.success());
/// assert_eq!(child.id(), None);
/// # std::io::Result::Ok(())
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct Child {
    process: Process,
    /// The pipe to the child's stdin, if that is [`piped`](std::process::Stdio::piped).
    pub stdin: Option<ChildStdin>,
    /// The pipe from the child's stdout, if that is [`piped`](std::process::Stdio::piped).
    pub stdout: Option<ChildStdout>,
    /// The pipe from the child's stderr, if that is [`piped`](std::process::Stdio::piped).
    pub stderr: Option<ChildStderr>,
}

impl Child {
    /// Wraps a std child. If the pipes fail, the child is killed, because the caller gets no handle
    /// of it.
    pub(super) fn new(mut child: std::process::Child, kill_on_drop: bool) -> io::Result<Self> {
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let mut process = Process::new(child, kill_on_drop);
        let pipes = || {
            Ok((
                stdin.map(ChildStdin::from_std).transpose()?,
                stdout.map(ChildStdout::from_std).transpose()?,
                stderr.map(ChildStderr::from_std).transpose()?,
            ))
        };
        match pipes() {
            Ok((stdin, stdout, stderr)) => Ok(Self {
                process,
                stdin,
                stdout,
                stderr,
            }),
            Err(error) => {
                let _ = process.kill();
                Err(error)
            }
        }
    }

    /// Returns the id of the process, or `None` once the child is known to have ended.
    ///
    /// After that the operating system may give the id to another process.
    pub fn id(&self) -> Option<u32> {
        self.process.id()
    }

    /// Waits until the child has ended, and returns its exit status.
    ///
    /// [`stdin`](Self::stdin) is closed first, if it was not taken: otherwise the child might wait
    /// for input and never end. The status is kept, and further calls return it again.
    ///
    /// A child that writes to a full pipe that nobody reads does not end: see
    /// [`wait_with_output`](Self::wait_with_output).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the next call returns the status. Only stdin stays closed.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error if other code has already waited for the child.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::process::Command;
    /// use portable::time::{Duration, timeout};
    ///
    /// let mut child = Command::new("sleep").arg("1000").spawn()?;
    /// if timeout(Duration::from_millis(10), child.wait()).await.is_err() {
    ///     child.kill().await?;
    /// }
    /// assert!(!child.wait().await?.success());
    /// # std::io::Result::Ok(())
    /// # }).unwrap();
    /// ```
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.stdin = None;
        self.process.wait().await
    }

    /// Returns the exit status of the child, if it has ended.
    ///
    /// # Errors
    ///
    /// Fails as [`wait`](Self::wait) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::process::Command;
    ///
    /// let mut child = Command::new("sleep").arg("1000").kill_on_drop(true).spawn()?;
    /// assert_eq!(child.try_wait()?, None);
    /// # std::io::Result::Ok(())
    /// # }).unwrap();
    /// ```
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        self.process.try_wait()
    }

    /// Kills the child (`SIGKILL`, or `TerminateProcess` on Windows) without waiting for its end. Does nothing if the child has
    /// ended.
    ///
    /// # Errors
    ///
    /// Returns an error if the operating system does not allow it, for example if the program runs
    /// as another user. Also fails as [`wait`](Self::wait) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::process::Command;
    /// use std::os::unix::process::ExitStatusExt;
    ///
    /// let mut child = Command::new("sleep").arg("1000").spawn()?;
    /// child.start_kill()?;
    /// assert_eq!(child.wait().await?.signal(), Some(9));
    /// # std::io::Result::Ok(())
    /// # }).unwrap();
    /// ```
    pub fn start_kill(&mut self) -> io::Result<()> {
        self.process.kill()
    }

    /// Kills the child (`SIGKILL`) and waits for its end.
    ///
    /// # Cancel safety
    ///
    /// The child is killed at the first poll. Dropping the future after that only stops the wait.
    ///
    /// # Errors
    ///
    /// Fails as [`start_kill`](Self::start_kill) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::process::Command;
    ///
    /// let mut child = Command::new("sleep").arg("1000").spawn()?;
    /// child.kill().await?;
    /// # std::io::Result::Ok(())
    /// # }).unwrap();
    /// ```
    pub async fn kill(&mut self) -> io::Result<()> {
        self.start_kill()?;
        self.wait().await.map(drop)
    }

    /// Waits until the child has ended, and reads its output from the pipes in the meantime.
    ///
    /// [`stdin`](Self::stdin) is closed first, if it was not taken. This reads the pipes to their
    /// ends. It therefore also waits for other processes that have the pipes open, such as a child
    /// of the child.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the child, and the output that was read is lost.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::io::AsyncWriteExt;
    /// use portable::process::Command;
    /// use portable::task;
    /// use std::process::Stdio;
    ///
    /// let mut child = Command::new("tr")
    ///     .args(["a-z", "A-Z"])
    ///     .stdin(Stdio::piped())
    ///     .stdout(Stdio::piped())
    ///     .spawn()?;
    /// // Another task writes, as the child may write before it has read all.
    /// let mut stdin = child.stdin.take().expect("it is piped");
    /// let writer = task::spawn(async move { stdin.write_all(b"hello").await });
    /// assert_eq!(child.wait_with_output().await?.stdout, b"HELLO");
    /// writer.await.unwrap()?;
    /// # std::io::Result::Ok(())
    /// # }).unwrap();
    /// ```
    pub async fn wait_with_output(mut self) -> io::Result<Output> {
        let (stdout, stderr) = (self.stdout.take(), self.stderr.take());
        let read = try_zip(read_to_end(stdout), read_to_end(stderr));
        let (status, (stdout, stderr)) = try_zip(self.wait(), read).await?;
        Ok(Output {
            status,
            stdout,
            stderr,
        })
    }
}

async fn read_to_end(pipe: Option<impl AsyncRead + Unpin>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        pipe.read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}
