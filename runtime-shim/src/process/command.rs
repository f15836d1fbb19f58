use std::ffi::OsStr;
use std::future::Future;
use std::io;
#[cfg(unix)]
use std::os::unix::process::CommandExt;
#[cfg(windows)]
use std::os::windows::process::CommandExt;
use std::path::Path;
use std::process::{ExitStatus, Output, Stdio};

use super::Child;
#[cfg(unix)]
use super::orphans;
use crate::task::consume_budget;

/// A builder for a child process: its program, arguments and environment.
///
/// Equivalent to `tokio::process::Command`.
///
/// This wraps std's [`Command`](std::process::Command). [`as_std_mut`](Self::as_std_mut) returns
/// it, for methods that this type lacks.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::process::Command;
///
/// let output = Command::new("sh")
///     .args(["-c", "echo $GREETING from $PWD"])
///     .env("GREETING", "hello")
///     .current_dir("/")
///     .output()
///     .await?;
/// assert_eq!(output.stdout, b"hello from /\n");
/// # std::io::Result::Ok(())
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct Command {
    std: std::process::Command,
    kill_on_drop: bool,
}

impl Command {
    /// Creates a command for the program with this path, or with this name in a directory of
    /// `PATH`.
    ///
    /// The program is not started yet.
    pub fn new<S: AsRef<OsStr>>(program: S) -> Self {
        std::process::Command::new(program).into()
    }

    /// Returns the wrapped std command.
    pub fn as_std(&self) -> &std::process::Command {
        &self.std
    }

    /// Returns the wrapped std command, for methods that this type lacks.
    pub fn as_std_mut(&mut self) -> &mut std::process::Command {
        &mut self.std
    }

    /// Returns the wrapped std command. The setting of [`kill_on_drop`](Self::kill_on_drop) is
    /// lost.
    pub fn into_std(self) -> std::process::Command {
        self.std
    }

    /// Adds an argument.
    pub fn arg<S: AsRef<OsStr>>(&mut self, arg: S) -> &mut Self {
        self.std.arg(arg);
        self
    }

    /// Adds arguments.
    pub fn args<I, S>(&mut self, args: I) -> &mut Self
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        self.std.args(args);
        self
    }

    /// Sets a variable of the environment.
    pub fn env<K, V>(&mut self, key: K, val: V) -> &mut Self
    where
        K: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        self.std.env(key, val);
        self
    }

    /// Sets variables of the environment.
    pub fn envs<I, K, V>(&mut self, vars: I) -> &mut Self
    where
        I: IntoIterator<Item = (K, V)>,
        K: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        self.std.envs(vars);
        self
    }

    /// Removes a variable of the environment.
    pub fn env_remove<K: AsRef<OsStr>>(&mut self, key: K) -> &mut Self {
        self.std.env_remove(key);
        self
    }

    /// Removes all variables of the environment, including inherited ones.
    pub fn env_clear(&mut self) -> &mut Self {
        self.std.env_clear();
        self
    }

    /// Sets the working directory of the child.
    ///
    /// The operating system decides whether a relative path of the program starts from this
    /// directory.
    pub fn current_dir<P: AsRef<Path>>(&mut self, dir: P) -> &mut Self {
        self.std.current_dir(dir);
        self
    }

    /// Sets the child's stdin. By default the child inherits the one of this process, even for
    /// [`output`](Self::output), where std's default is no input.
    pub fn stdin<T: Into<Stdio>>(&mut self, cfg: T) -> &mut Self {
        self.std.stdin(cfg);
        self
    }

    /// Sets the child's stdout. By default the child inherits the one of this process.
    pub fn stdout<T: Into<Stdio>>(&mut self, cfg: T) -> &mut Self {
        self.std.stdout(cfg);
        self
    }

    /// Sets the child's stderr. By default the child inherits the one of this process.
    pub fn stderr<T: Into<Stdio>>(&mut self, cfg: T) -> &mut Self {
        self.std.stderr(cfg);
        self
    }

    /// Sets whether a running child is killed (`SIGKILL`) when it is dropped. The default is
    /// `false`.
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
    /// let status = Command::new("sleep").arg("1000").kill_on_drop(true).status();
    /// // It ends with the future.
    /// assert!(timeout(Duration::from_millis(10), status).await.is_err());
    /// # });
    /// ```
    pub fn kill_on_drop(&mut self, kill_on_drop: bool) -> &mut Self {
        self.kill_on_drop = kill_on_drop;
        self
    }

    /// Returns whether a running child is killed when it is dropped.
    pub fn get_kill_on_drop(&self) -> bool {
        self.kill_on_drop
    }

    /// Sets the user id of the child.
    #[cfg(unix)]
    pub fn uid(&mut self, id: u32) -> &mut Self {
        self.std.uid(id);
        self
    }

    /// Sets the group id of the child.
    #[cfg(unix)]
    pub fn gid(&mut self, id: u32) -> &mut Self {
        self.std.gid(id);
        self
    }

    /// Sets the first argument of the program, its own name.
    #[cfg(unix)]
    pub fn arg0<S: AsRef<OsStr>>(&mut self, arg: S) -> &mut Self {
        self.std.arg0(arg);
        self
    }

    /// Sets the process group of the child. 0 makes a new group.
    ///
    /// Ctrl-c goes to the foreground group of the terminal, so it does not end a child in another
    /// group.
    #[cfg(unix)]
    pub fn process_group(&mut self, pgroup: i32) -> &mut Self {
        self.std.process_group(pgroup);
        self
    }

    /// Runs `f` in the child before the program starts.
    ///
    /// # Safety
    ///
    /// The requirements are those of std's [`pre_exec`](CommandExt::pre_exec). `f` runs in a copy
    /// of this process that has one thread. Locks that other threads held stay locked there, so `f`
    /// may neither allocate nor lock anything.
    #[cfg(unix)]
    pub unsafe fn pre_exec<F>(&mut self, f: F) -> &mut Self
    where
        F: FnMut() -> io::Result<()> + Send + Sync + 'static,
    {
        // SAFETY: the caller promises what `CommandExt::pre_exec` demands.
        unsafe {
            self.std.pre_exec(f);
        }
        self
    }

    /// Sets the flags with which the process is created, as of `CreateProcess`.
    #[cfg(windows)]
    pub fn creation_flags(&mut self, flags: u32) -> &mut Self {
        self.std.creation_flags(flags);
        self
    }

    /// Adds text to the command line, without quotes around it.
    #[cfg(windows)]
    pub fn raw_arg<S: AsRef<OsStr>>(&mut self, text_to_append_as_is: S) -> &mut Self {
        self.std.raw_arg(text_to_append_as_is);
        self
    }

    /// Starts the program.
    ///
    /// It returns once the program runs, or once starting it has failed. It blocks this thread for
    /// that short time.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error: [`NotFound`](io::ErrorKind::NotFound) if there is no
    /// such program, [`PermissionDenied`](io::ErrorKind::PermissionDenied) if the program may not
    /// be run. If the reactor refuses a pipe, the child is killed.
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
    /// assert!(child.wait().await?.success());
    ///
    /// let error = Command::new("no-such-program").spawn().unwrap_err();
    /// assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
    /// # std::io::Result::Ok(())
    /// # }).unwrap();
    /// ```
    pub fn spawn(&mut self) -> io::Result<Child> {
        #[cfg(unix)]
        orphans::sweep();
        Child::new(self.std.spawn()?, self.kill_on_drop)
    }

    /// Starts the program at once and waits for its end. Pipes to it are closed at once.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future [drops](super#when-a-child-is-dropped) the child.
    ///
    /// # Errors
    ///
    /// Fails as [`spawn`](Self::spawn) and [`Child::wait`] do.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::process::Command;
    ///
    /// let status = Command::new("sh").args(["-c", "exit 3"]).status().await?;
    /// assert_eq!(status.code(), Some(3));
    /// # std::io::Result::Ok(())
    /// # }).unwrap();
    /// ```
    pub fn status(&mut self) -> impl Future<Output = io::Result<ExitStatus>> + Send + use<> {
        let child = self.spawn();
        async {
            let mut child = started(child).await?;
            (child.stdin, child.stdout, child.stderr) = (None, None, None);
            child.wait().await
        }
    }

    /// Starts the program at once, waits for its end and reads its output.
    ///
    /// Stdout and stderr are piped from this call on, whatever they were set to before.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future [drops](super#when-a-child-is-dropped) the child.
    ///
    /// # Errors
    ///
    /// Fails as [`spawn`](Self::spawn) and [`Child::wait_with_output`] do.
    ///
    /// # Examples
    ///
    /// ```
    /// # extern crate portable_runtime_shim as portable;
    /// # #[cfg(feature = "_runtime")]
    /// # portable::runtime::block_on(async {
    /// use portable::process::Command;
    ///
    /// let output = Command::new("echo").arg("hello").output().await?;
    /// assert_eq!(output.stdout, b"hello\n");
    /// # std::io::Result::Ok(())
    /// # }).unwrap();
    /// ```
    pub fn output(&mut self) -> impl Future<Output = io::Result<Output>> + Send + use<> {
        self.std.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = self.spawn();
        async { started(child).await?.wait_with_output().await }
    }
}

/// Spends budget on an error, which is ready at once: a loop that retries then lets the others run.
async fn started(child: io::Result<Child>) -> io::Result<Child> {
    if child.is_err() {
        consume_budget().await;
    }
    child
}

impl From<std::process::Command> for Command {
    fn from(std: std::process::Command) -> Self {
        Self {
            std,
            kill_on_drop: false,
        }
    }
}
