//! The events of Windows' console.
//!
//! Equivalent to `tokio::signal::windows`.
//!
//! Each function listens from its call on, and each type has the methods of
//! `tokio::signal::windows`. [After the last listener](crate::signal#when-nobody-listens) an event
//! ends the process again.

pub(super) mod delivery;
mod events;

pub use self::events::{
    CtrlBreak, CtrlC, CtrlClose, CtrlLogoff, CtrlShutdown, ctrl_break, ctrl_c, ctrl_close,
    ctrl_logoff, ctrl_shutdown,
};
