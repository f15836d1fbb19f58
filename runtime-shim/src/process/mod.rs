//! Child processes, as `tokio::process` has them, on every runtime.
//!
//! A child is std's; what is added is to wait for it, and for its pipes, without a thread that
//! blocks. All of it is the same code, so it does the same everywhere, and errors are the operating
//! system's, with their kind and code.
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
//! # When a child is dropped
//!
//! The process goes on, unless [`kill_on_drop`](Command::kill_on_drop) was said. In both cases it is
//! waited for when it ends, so that no zombie stays. That is done when the operating system tells of
//! the end of a child (`SIGCHLD`), by the thread that tells of signals.
//!
//! When `main` returns, the process ends at once, and children that are not killed on drop go on.
//!
//! # How the end of a child is learnt of
//!
//! On Linux by a descriptor of the process (`pidfd`), which the reactor watches. Elsewhere, and where
//! the kernel gives none, by listening to `SIGCHLD`, which disturbs no other listener. Where neither
//! is to be had, because all descriptors are in use, by looking every 10 ms.
//!
//! Code that waits for any child there is (`waitpid(-1)`), or lets the operating system do so
//! (`SIGCHLD` ignored), takes the status away: [`wait`](Child::wait) then gives the operating
//! system's error.

mod child;
mod command;
mod exit;
mod orphans;
mod owned;
mod pipes;

pub use self::child::Child;
pub use self::command::Command;
pub use self::pipes::{ChildStderr, ChildStdin, ChildStdout};
