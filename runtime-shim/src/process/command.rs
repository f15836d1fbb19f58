use std::ffi::OsStr;
use std::future::Future;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{ExitStatus, Output, Stdio};

use super::{Child, orphans};
use crate::task::consume_budget;

/// A program to start, its arguments and what it is to find.
///
/// Equivalent to `tokio::process::Command`.
///
/// It is std's [`Command`](std::process::Command), which [`as_std_mut`](Self::as_std_mut) gives for
/// what is not here.
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
    /// The program with this path, or with this name in a folder of `PATH`.
    ///
    /// Nothing is started yet.
    pub fn new<S: AsRef<OsStr>>(program: S) -> Self {
        std::process::Command::new(program).into()
    }

    /// Std's command in this one.
    pub fn as_std(&self) -> &std::process::Command {
        &self.std
    }

    /// Std's command in this one, for what it can do and this cannot.
    pub fn as_std_mut(&mut self) -> &mut std::process::Command {
        &mut self.std
    }

    /// Std's command in this one; whether to kill on drop is forgotten.
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

    /// Removes all variables of the environment, those of this process too.
    pub fn env_clear(&mut self) -> &mut Self {
        self.std.env_clear();
        self
    }

    /// Sets the folder that it starts in.
    ///
    /// Whether a relative path of the program is looked up there is up to the operating system.
    pub fn current_dir<P: AsRef<Path>>(&mut self, dir: P) -> &mut Self {
        self.std.current_dir(dir);
        self
    }

    /// Says what its stdin is; by default that of this process, and for
    /// [`output`](Self::output) too, where std has none.
    pub fn stdin<T: Into<Stdio>>(&mut self, cfg: T) -> &mut Self {
        self.std.stdin(cfg);
        self
    }

    /// Says what its stdout is; by default that of this process.
    pub fn stdout<T: Into<Stdio>>(&mut self, cfg: T) -> &mut Self {
        self.std.stdout(cfg);
        self
    }

    /// Says what its stderr is; by default that of this process.
    pub fn stderr<T: Into<Stdio>>(&mut self, cfg: T) -> &mut Self {
        self.std.stderr(cfg);
        self
    }

    /// Says whether a child that is dropped before its end is killed (`SIGKILL`); by default not.
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

    /// Whether a child that is dropped before its end is killed.
    pub fn get_kill_on_drop(&self) -> bool {
        self.kill_on_drop
    }

    /// Sets the user that it runs as.
    pub fn uid(&mut self, id: u32) -> &mut Self {
        self.std.uid(id);
        self
    }

    /// Sets the group that it runs as.
    pub fn gid(&mut self, id: u32) -> &mut Self {
        self.std.gid(id);
        self
    }

    /// Sets the name that it finds itself called by.
    pub fn arg0<S: AsRef<OsStr>>(&mut self, arg: S) -> &mut Self {
        self.std.arg0(arg);
        self
    }

    /// Sets the group of processes that it is put in; 0 makes one of its own.
    ///
    /// Ctrl-c of a terminal goes to the group in its foreground, so such a child is not ended by it.
    pub fn process_group(&mut self, pgroup: i32) -> &mut Self {
        self.std.process_group(pgroup);
        self
    }

    /// Lets the child run `f` before the program.
    ///
    /// # Safety
    ///
    /// As for std's [`pre_exec`](CommandExt::pre_exec): `f` runs in a copy of this process that has
    /// one thread. What another thread held, it holds for ever there: `f` may neither allocate nor
    /// lock anything.
    pub unsafe fn pre_exec<F>(&mut self, f: F) -> &mut Self
    where
        F: FnMut() -> io::Result<()> + Send + Sync + 'static,
    {
        // SAFETY: who calls this vouches for it.
        unsafe {
            self.std.pre_exec(f);
        }
        self
    }

    /// Starts the program.
    ///
    /// It returns when the program runs, or when it is known that it cannot. Until then this thread is
    /// blocked, shortly.
    ///
    /// # Errors
    ///
    /// That of the operating system: [`NotFound`](io::ErrorKind::NotFound) where there is no such
    /// program, [`PermissionDenied`](io::ErrorKind::PermissionDenied) where it may not be run. Where the
    /// reactor refuses a pipe, the child is killed.
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
        orphans::sweep();
        Child::new(self.std.spawn()?, self.kill_on_drop)
    }

    /// Starts the program, at this call, and waits for its end. Pipes to it are closed at once.
    ///
    /// # Cancel safety
    ///
    /// The child is [dropped](super#when-a-child-is-dropped).
    ///
    /// # Errors
    ///
    /// As [`spawn`](Self::spawn) and [`Child::wait`].
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

    /// Starts the program, at this call, waits for its end and reads what it writes.
    ///
    /// Stdout and stderr are piped, whatever was said of them before, and so for later calls.
    ///
    /// # Cancel safety
    ///
    /// The child is [dropped](super#when-a-child-is-dropped).
    ///
    /// # Errors
    ///
    /// As [`spawn`](Self::spawn) and [`Child::wait_with_output`].
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

/// An error is there at once: a loop that tries again and again gives the others their turns here.
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
