use std::ffi::c_int;

use signal_hook::consts;

/// A signal.
///
/// Equivalent to `tokio::signal::unix::SignalKind`.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// use portable::signal::unix::SignalKind;
///
/// let kind = SignalKind::from_raw(15);
/// assert_eq!(kind, SignalKind::terminate());
/// assert_eq!(kind.as_raw_value(), 15);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct SignalKind(c_int);

impl SignalKind {
    /// The signal with this number, which may be none that can be listened to.
    pub const fn from_raw(signal: c_int) -> Self {
        Self(signal)
    }

    /// Its number.
    pub const fn as_raw_value(&self) -> c_int {
        self.0
    }

    /// `SIGALRM`: a timer of the operating system; ends the process by default.
    pub const fn alarm() -> Self {
        Self(consts::SIGALRM)
    }

    /// `SIGCHLD`: a child process has ended or was stopped; does nothing by default.
    pub const fn child() -> Self {
        Self(consts::SIGCHLD)
    }

    /// `SIGHUP`: the terminal is gone; ends the process by default.
    pub const fn hangup() -> Self {
        Self(consts::SIGHUP)
    }

    /// `SIGINT`: ctrl-c; ends the process by default.
    pub const fn interrupt() -> Self {
        Self(consts::SIGINT)
    }

    /// `SIGIO`: a descriptor is ready; ends the process by default on Linux, and does nothing
    /// elsewhere.
    pub const fn io() -> Self {
        Self(consts::SIGIO)
    }

    /// `SIGPIPE`: a pipe was written to that nobody reads; Rust programs ignore it from the start.
    pub const fn pipe() -> Self {
        Self(consts::SIGPIPE)
    }

    /// `SIGQUIT`: ctrl-\\; ends the process with a core dump by default.
    pub const fn quit() -> Self {
        Self(consts::SIGQUIT)
    }

    /// `SIGTERM`: the process is asked to end, by `kill` or a supervisor; ends it by default.
    pub const fn terminate() -> Self {
        Self(consts::SIGTERM)
    }

    /// `SIGUSR1`: what the program says it means; ends the process by default.
    pub const fn user_defined1() -> Self {
        Self(consts::SIGUSR1)
    }

    /// `SIGUSR2`: as [`user_defined1`](Self::user_defined1).
    pub const fn user_defined2() -> Self {
        Self(consts::SIGUSR2)
    }

    /// `SIGWINCH`: the terminal has another size; does nothing by default.
    pub const fn window_change() -> Self {
        Self(consts::SIGWINCH)
    }
}

impl From<c_int> for SignalKind {
    fn from(signal: c_int) -> Self {
        Self(signal)
    }
}

impl From<SignalKind> for c_int {
    fn from(kind: SignalKind) -> Self {
        kind.0
    }
}
