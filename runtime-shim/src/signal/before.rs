//! The effect that a signal had before a listener of this crate.

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::ptr;

use signal_hook::consts::{SIGCHLD, SIGCONT, SIGIO, SIGURG, SIGWINCH};
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
        let mut action = MaybeUninit::uninit();
        // SAFETY: a null pointer changes nothing, and `action` has room for what there is.
        if unsafe { libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) } != 0 {
            return Self::Default;
        }
        // SAFETY: the call has succeeded, and written it.
        let action: libc::sigaction = unsafe { action.assume_init() };
        match action.sa_sigaction {
            libc::SIG_DFL => Self::Default,
            libc::SIG_IGN => Self::Ignored,
            _ => Self::Handled,
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
    use std::sync::Arc;

    use signal_hook::consts::{SIGPIPE, SIGVTALRM};

    use super::*;

    #[test]
    fn the_system_says_it() {
        // The standard library ignores `SIGPIPE` from the start.
        assert_eq!(Before::of(SIGPIPE), Before::Ignored);
        assert_eq!(Before::of(SIGVTALRM), Before::Default);
        // Other code of this test's own changes it, and no other test listens to it.
        let handler = signal_hook::flag::register(SIGVTALRM, Arc::default()).unwrap();
        assert_eq!(Before::of(SIGVTALRM), Before::Handled);
        signal_hook::low_level::unregister(handler);
    }

    #[test]
    fn what_is_no_signal_has_the_default_effect() {
        for number in [-1, 0, 1 << 20] {
            assert_eq!(Before::of(number), Before::Default);
        }
    }
}
