use std::ffi::c_int;

use signal_hook::consts;

/// A kind of signal.
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
    /// Creates the kind with this number. It may be one that cannot be listened to.
    pub const fn from_raw(signal: c_int) -> Self {
        Self(signal)
    }

    /// Returns the number of the signal.
    pub const fn as_raw_value(&self) -> c_int {
        self.0
    }

    /// `SIGALRM`: a timer of the operating system. Ends the process by default.
    pub const fn alarm() -> Self {
        Self(consts::SIGALRM)
    }

    /// `SIGCHLD`: a child process has ended or was stopped. Does nothing by default.
    pub const fn child() -> Self {
        Self(consts::SIGCHLD)
    }

    /// `SIGHUP`: the terminal is gone. Ends the process by default.
    pub const fn hangup() -> Self {
        Self(consts::SIGHUP)
    }

    /// `SIGINT`: ctrl-c. Ends the process by default.
    pub const fn interrupt() -> Self {
        Self(consts::SIGINT)
    }

    /// `SIGIO`: a descriptor is ready. Ends the process by default on Linux, and does nothing
    /// elsewhere.
    pub const fn io() -> Self {
        Self(consts::SIGIO)
    }

    /// `SIGPIPE`: a write to a pipe that nobody reads. Rust programs ignore it from the start.
    pub const fn pipe() -> Self {
        Self(consts::SIGPIPE)
    }

    /// `SIGQUIT`: ctrl-\\. Ends the process with a core dump by default.
    pub const fn quit() -> Self {
        Self(consts::SIGQUIT)
    }

    /// `SIGTERM`: a request to end, by `kill` or a supervisor. Ends the process by default.
    pub const fn terminate() -> Self {
        Self(consts::SIGTERM)
    }

    /// `SIGUSR1`: free for the program's own use. Ends the process by default.
    pub const fn user_defined1() -> Self {
        Self(consts::SIGUSR1)
    }

    /// `SIGUSR2`: like [`user_defined1`](Self::user_defined1).
    pub const fn user_defined2() -> Self {
        Self(consts::SIGUSR2)
    }

    /// `SIGWINCH`: the terminal has a new size. Does nothing by default.
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
