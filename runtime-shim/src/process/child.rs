use std::io;
use std::process::{ExitStatus, Output};

use futures_lite::future::try_zip;
use futures_lite::io::{AsyncRead, AsyncReadExt};

use super::owned::Process;
use super::{ChildStderr, ChildStdin, ChildStdout};

/// A child process; made by [`Command::spawn`](super::Command::spawn).
///
/// Equivalent to `tokio::process::Child`.
///
/// [What happens when it is dropped](super#when-a-child-is-dropped).
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
    /// What it reads, if that is [`piped`](std::process::Stdio::piped).
    pub stdin: Option<ChildStdin>,
    /// What it writes, if that is [`piped`](std::process::Stdio::piped).
    pub stdout: Option<ChildStdout>,
    /// What it reports, if that is [`piped`](std::process::Stdio::piped).
    pub stderr: Option<ChildStderr>,
}

impl Child {
    /// A child without its pipes is killed: nobody learns of it.
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

    /// The number of the process, as long as it is not known to have ended.
    ///
    /// Afterwards the operating system may give the number to another one.
    pub fn id(&self) -> Option<u32> {
        self.process.id()
    }

    /// Waits until the child has ended, and gives its status.
    ///
    /// It closes [`stdin`](Self::stdin) first, if that was not taken, lest both wait for each other.
    /// The status is kept and given to each further call.
    ///
    /// A child that writes to a pipe that nobody reads does not end: see
    /// [`wait_with_output`](Self::wait_with_output).
    ///
    /// # Cancel safety
    ///
    /// The status is given to the next call; only stdin stays closed.
    ///
    /// # Errors
    ///
    /// That of the operating system, if somebody else has waited for the child.
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

    /// The status of the child, if it has ended.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
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

    /// Kills the child (`SIGKILL`) and does not wait for its end; nothing, if it has ended.
    ///
    /// # Errors
    ///
    /// If the operating system does not allow it, as for a program that has another user's rights; or
    /// as [`wait`](Self::wait).
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
    /// The child is killed at the first poll.
    ///
    /// # Errors
    ///
    /// As [`start_kill`](Self::start_kill).
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

    /// Waits until the child has ended and reads what it writes to the pipes meanwhile.
    ///
    /// It closes [`stdin`](Self::stdin) first, if that was not taken. It reads to the ends of the
    /// pipes: as long as another process has them too, as a child of the child may, it waits.
    ///
    /// # Cancel safety
    ///
    /// The child is dropped, and what was read is lost.
    ///
    /// # Errors
    ///
    /// That of the operating system.
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
