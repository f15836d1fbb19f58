//! Signals of the operating system.
//!
//! [`ctrl_c`] waits for the user to end the program, [`unix::signal`] for any signal. Both listen from
//! the call on, not from the first poll, and need no runtime: they work under any executor and on any
//! thread. To end a whole program on ctrl-c there is [`shutdown`](crate::shutdown).
//!
//! # When nobody listens
//!
//! Every listener that is there when the signal comes is told of it. A signal that finds none waits
//! for the next one, until a second has passed since the last one went: between two turns of a loop
//! that makes its listeners anew nothing is lost. If none comes in that time, if the last one went
//! earlier, or if a second signal comes while the first one waits, it does what it did before the
//! first listener:
//!
//! - By default most end the process: the second ctrl-c ends a program that has taken the first one
//!   and listens no more, whatever its threads are busy with. With Tokio's own listeners ctrl-c does
//!   nothing from then on.
//! - Those that do nothing by default, like the one of a child's end, do nothing.
//! - One that was ignored when the program started (`nohup`, a job in the background of a script; in
//!   a Rust program also the one of a closed pipe) is ignored again. That is known on Linux and
//!   Android; elsewhere only of the closed pipe.
//! - A handler that others had installed is called, listener or not, and nothing else happens. This
//!   too is known on Linux and Android only.
//!
//! A real-time signal, or another that has no portable default, ends the process with the status 128
//! and the number of the signal.
//!
//! # In a loop
//!
//! A listener that is made anew in each turn of a loop is dropped whenever another branch of the
//! `select!` wins. It loses nothing: a signal that a dropped listener had not given, or that comes
//! before the next one is there, is given by the next listener that the same task makes within a
//! second; if nobody else has taken it, by the next one that anybody makes. A signal that a task has
//! taken is not told to it again. Where more than a second passes between two listeners, keep one:
//! make it before the loop, or use a [`Shutdown`](crate::shutdown::Shutdown).
//!
//! # With others in one process
//!
//! Listeners of `tokio::signal`, `async-signal` and `signal-hook` see the signals too, whoever came
//! first. But nobody can ask them whether they listen: where they came second, and no listener of
//! this module is left, the signal ends the process. Keep a listener of this module as long as
//! theirs. The crate `ctrlc` puts its handler in place of all others if it comes second.
//!
//! # Signals that come fast
//!
//! The operating system does not count signals, nor does this module: those that come while nobody
//! looks are one. A signal is told by a thread of its own, so that a little time passes from the
//! signal to its listener.

mod before;
mod ctrl_c;
mod hub;
mod slot;
pub mod unix;

pub use self::ctrl_c::{CtrlC, ctrl_c};
pub(crate) use self::hub::{Armed, Listener, Number, Takes, arm};
