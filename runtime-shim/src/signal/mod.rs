//! Signals of the operating system.
//!
//! [`ctrl_c`] waits for the user to end the program, and `unix::signal` waits for any signal. On
//! Windows the module `windows` has the events of the console.
//! Both listen from the call on, not from the first poll. They need no runtime and work under any
//! executor and on any thread. To end a whole program on ctrl-c, use [`shutdown`](crate::shutdown).
//!
//! # When nobody listens
//!
//! A signal notifies every listener that exists when it comes. If there is none, the signal waits
//! for the next listener, until one second has passed since the last listener was dropped. A loop
//! that makes its listeners anew therefore loses nothing between two turns. The signal has the
//! effect that it had before the first listener if no listener comes in that time, if the last
//! listener was dropped earlier, or if a second signal comes while the first one waits:
//!
//! - Most signals end the process by default. The second ctrl-c therefore ends a program that has
//!   taken the first one and has stopped listening, even if all its threads are busy. With Tokio's
//!   own listeners ctrl-c does nothing from then on.
//! - Signals that do nothing by default, such as that of a child's end, do nothing.
//! - A signal that was ignored when the program started is ignored again. `nohup` and background
//!   jobs of scripts do this, and every Rust program ignores the signal of a closed pipe. This is
//!   detected on Linux and Android; on other systems only the signal of a closed pipe is.
//! - A handler that other code had installed is called, whether there is a listener or not, and
//!   nothing else happens. This too is detected on Linux and Android only.
//!
//! A real-time signal, or another signal without a portable default, ends the process with the
//! status 128 plus the number of the signal.
//!
//! # In a loop
//!
//! A listener that is made anew in each turn of a loop is dropped whenever another branch of the
//! `select!` wins. It loses nothing. A signal that a dropped listener had not returned, or that
//! comes before the next listener exists, is returned by the next listener that the same task makes
//! within a second. If nothing else has taken it, it is returned by the next listener that any task
//! makes. A task does not get a signal again that it has taken. If more than a second passes
//! between two listeners, keep one: make it before the loop, or use a
//! [`Shutdown`](crate::shutdown::Shutdown).
//!
//! # With others in one process
//!
//! Listeners of `tokio::signal`, `async-signal` and `signal-hook` see the signals too, whichever
//! came first. But this module cannot ask them whether they listen: if they came second and no
//! listener of this module is left, the signal ends the process. Keep a listener of this module as
//! long as theirs. The crate `ctrlc` replaces all other handlers if it comes second.
//!
//! # Signals that come fast
//!
//! Neither the operating system nor this module counts signals: several that come before a listener
//! looks count as one. A separate thread passes signals on, so a listener gets a signal a little
//! later.

#[cfg(unix)]
mod before;
mod ctrl_c;
#[cfg(unix)]
mod delivery;
mod hub;
mod slot;
#[cfg(unix)]
pub mod unix;
#[cfg(windows)]
pub mod windows;

pub use self::ctrl_c::{CtrlC, ctrl_c};
pub(crate) use self::hub::{Armed, Listener, Number, Takes, arm};
