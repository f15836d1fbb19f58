//! The effect that a signal had before a listener of this crate.

use std::ffi::c_int;
use std::fs;

use signal_hook::consts::{SIGCHLD, SIGCONT, SIGIO, SIGPIPE, SIGURG, SIGWINCH};
use signal_hook::low_level::{emulate_default_handler, exit};

/// The effect of a signal before the first listener, and again after the last.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Before {
    /// The default action of the operating system.
    Default,
    Ignored,
    /// A handler of other code, which is still called.
    Handled,
}

impl Before {
    /// Finds out the effect. This must be called before our own handler is installed.
    pub(super) fn of(signal: c_int) -> Self {
        // Asking the operating system itself would need unsafe code. Other systems than Linux have
        // no such file.
        Self::in_status(
            &fs::read_to_string("/proc/self/status").unwrap_or_default(),
            signal,
        )
    }

    /// Reads the effect from the text of Linux's `/proc/…/status`.
    fn in_status(status: &str, signal: c_int) -> Self {
        let has = |mask: &str| {
            let mut lines = status.lines();
            let bits = lines.find_map(|line| line.strip_prefix(mask))?;
            let bits = u128::from_str_radix(bits.trim(), 16).ok()?;
            Some(bits.checked_shr(u32::try_from(signal).ok()?.checked_sub(1)?)? & 1 == 1)
        };
        // The standard library ignores `SIGPIPE` from the start.
        if has("SigIgn:").unwrap_or(signal == SIGPIPE) {
            Self::Ignored
        } else if has("SigCgt:").unwrap_or(false) {
            Self::Handled
        } else {
            Self::Default
        }
    }

    /// Returns whether the effect is invisible, or comes from a handler that is called anyway.
    pub(super) fn does_nothing(self, signal: c_int) -> bool {
        self != Self::Default || matches!(signal, SIGCHLD | SIGCONT | SIGURG | SIGWINCH)
    }

    /// Repeats the effect. It may end the process.
    pub(super) fn again(self, signal: c_int) {
        if self != Self::Default {
            return;
        }
        // For `SIGIO`, signal-hook knows the default of other systems only.
        let ends = cfg!(any(target_os = "linux", target_os = "android")) && signal == SIGIO;
        if ends || emulate_default_handler(signal).is_err() {
            // The exit status by which a shell reports a process that a signal ended.
            exit(128 + signal);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUS: &str = "Name:\tx\nSigBlk:\tffffffffffffffff\nSigIgn:\t0000000000001001\n\
        SigCgt:\t8000000000000440\nThreads:\t1\n";

    #[test]
    fn the_status_says_it() {
        assert_eq!(Before::in_status(STATUS, 1), Before::Ignored);
        assert_eq!(Before::in_status(STATUS, 2), Before::Default);
        assert_eq!(Before::in_status(STATUS, 7), Before::Handled);
        assert_eq!(Before::in_status(STATUS, 11), Before::Handled);
        assert_eq!(Before::in_status(STATUS, 13), Before::Ignored);
        assert_eq!(Before::in_status(STATUS, 64), Before::Handled);
        assert_eq!(Before::in_status(STATUS, 127), Before::Default);
    }

    #[test]
    fn without_a_status_only_closed_pipes_are_ignored() {
        for status in ["", "SigIgn:\nSigCgt:\tjunk\n"] {
            assert_eq!(Before::in_status(status, SIGPIPE), Before::Ignored);
            assert_eq!(Before::in_status(status, 2), Before::Default);
        }
    }
}
