//! What a signal did before anyone listened to it.

use std::ffi::c_int;
use std::fs;

use signal_hook::consts::{SIGCHLD, SIGCONT, SIGIO, SIGPIPE, SIGURG, SIGWINCH};
use signal_hook::low_level::{emulate_default_handler, exit};

/// What a signal did before the first listener, and does again after the last.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Before {
    /// What the operating system does by default.
    Default,
    Ignored,
    /// A handler of somebody else, which is still called.
    Handled,
}

impl Before {
    /// To be asked before a handler of ours is there.
    pub(super) fn of(signal: c_int) -> Self {
        // To ask the operating system itself takes unsafe code, for what only Linux's users miss.
        Self::in_status(
            &fs::read_to_string("/proc/self/status").unwrap_or_default(),
            signal,
        )
    }

    /// What Linux's `/proc/…/status` says of the signal.
    fn in_status(status: &str, signal: c_int) -> Self {
        let has = |mask: &str| {
            let mut lines = status.lines();
            let bits = lines.find_map(|line| line.strip_prefix(mask))?;
            let bits = u128::from_str_radix(bits.trim(), 16).ok()?;
            Some(bits.checked_shr(u32::try_from(signal).ok()?.checked_sub(1)?)? & 1 == 1)
        };
        // The standard library ignores it from the start.
        if has("SigIgn:").unwrap_or(signal == SIGPIPE) {
            Self::Ignored
        } else if has("SigCgt:").unwrap_or(false) {
            Self::Handled
        } else {
            Self::Default
        }
    }

    /// Whether it is nothing that anybody would see.
    pub(super) fn does_nothing(self, signal: c_int) -> bool {
        self != Self::Default || matches!(signal, SIGCHLD | SIGCONT | SIGURG | SIGWINCH)
    }

    /// Does it again. It may not return.
    pub(super) fn again(self, signal: c_int) {
        if self != Self::Default {
            return;
        }
        // Of this one signal-hook knows what other systems do.
        let ends = cfg!(any(target_os = "linux", target_os = "android")) && signal == SIGIO;
        if ends || emulate_default_handler(signal).is_err() {
            // As a shell says it of a process that a signal ended.
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
