//! Child processes, like those of `tokio::process`, on every runtime.
//!
//! A child is a std child. This module adds waiting for it and for its pipes without blocking a
//! thread. The code is the same on every runtime, so children behave the same everywhere. Errors
//! are the operating system's, with their kind and code.
//!
//! | this | equivalent to |
//! |---|---|
//! | [`Command`], [`Child`], [`ChildStdin`], [`ChildStdout`], [`ChildStderr`] | those of `tokio::process` |
//!
//! A child may be awaited on any thread and under any executor.
//!
//! # Examples
//!
//! ```
//! # extern crate portable_runtime_shim as portable;
//! # #[cfg(feature = "_runtime")]
//! # portable::runtime::block_on(async {
//! use portable::io::{AsyncBufReadExt, BufReader};
//! use portable::process::Command;
//! use std::process::Stdio;
//!
//! let mut child = Command::new("sh")
//!     .args(["-c", "echo one; echo two"])
//!     .stdout(Stdio::piped())
//!     .spawn()?;
//! let stdout = child.stdout.take().expect("it is piped");
//! let (mut stdout, mut line) = (BufReader::new(stdout), String::new());
//! while stdout.read_line(&mut line).await? > 0 {
//!     print!("the child says {line}");
//!     line.clear();
//! }
//! assert!(child.wait().await?.success());
//! # std::io::Result::Ok(())
//! # }).unwrap();
//! ```
//!
//! # Windows
//!
//! Threads read and write the pipes of children, one for each pipe that is used. A write that is
//! cancelled may have written, as [`ChildStdin`] says, and a pipe of which a cancelled read is not
//! over cannot be handed to another child. There are no user ids, groups and `pre_exec`, but
//! `creation_flags` and `raw_arg`.
//!
//! # When a child is dropped
//!
//! The process goes on, unless [`kill_on_drop`](Command::kill_on_drop) was set. In both cases its
//! exit status is collected when it ends, so that no zombie stays. The thread for signals does this
//! when the operating system signals the end of a child (`SIGCHLD`).
//!
//! When `main` returns, the process ends at once. Children without `kill_on_drop` go on.
//!
//! # How the end of a child is detected
//!
//! On Linux the reactor watches a descriptor of the child (`pidfd`). On other systems, and if the
//! kernel provides none, a listener waits for `SIGCHLD`, without disturbing other listeners. If all
//! descriptors are in use and neither is possible, the child is polled every 10 ms. On Windows the
//! operating system calls this module once the child has ended.
//!
//! Code that waits for any child (`waitpid(-1)`), or that ignores `SIGCHLD` so that the operating
//! system does, takes the status away. [`wait`](Child::wait) then returns the operating system's
//! error.

mod child;
mod command;
#[cfg(unix)]
mod exit;
#[cfg(unix)]
mod orphans;
mod owned;
#[cfg(unix)]
mod pipes;
#[cfg(windows)]
mod windows;

pub use self::child::Child;
pub use self::command::Command;
#[cfg(unix)]
pub use self::pipes::{ChildStderr, ChildStdin, ChildStdout};
#[cfg(windows)]
pub use self::windows::pipes::{ChildStderr, ChildStdin, ChildStdout};
