//! Whether this process was made by `fork` from one that had started something.
//!
//! A `fork` copies the memory and the one thread that calls it. Whatever had threads is then a
//! picture of itself: nobody runs its tasks, keeps its time or watches its descriptors, and a lock
//! that another thread held is held for ever. So nothing starts here any more, and says why.

use std::io;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::Poll;

/// Nothing has been started.
const NEW: u8 = 0;
const STARTED: u8 = 1;
/// Something had been started by the process that this one was forked from.
const FORKED: u8 = 2;

static STATE: AtomicU8 = AtomicU8::new(NEW);

/// Is to be asked by whatever starts something that has threads, or that waits for them.
///
/// # Errors
///
/// In a process that was made by `fork` from one that had started something.
#[inline]
pub(crate) fn check() -> io::Result<()> {
    match STATE.load(Ordering::Relaxed) {
        STARTED => Ok(()),
        _ => start(),
    }
}

/// The same where there is no error to give.
///
/// # Panics
///
/// As [`check`] gives an error.
#[inline]
#[track_caller]
pub(crate) fn assert() {
    if let Err(error) = check() {
        panic!("{error}");
    }
}

/// The same for the future of a `block_on`: if it has to wait, it would do so for ever where the
/// thread that polls it is the only one that was copied.
///
/// # Panics
///
/// As [`check`] gives an error.
#[inline]
pub(crate) fn assert_if_pending<T>(polled: &Poll<T>) {
    if polled.is_pending() && has_forked() {
        assert();
    }
}

/// The same for a runtime that was there before the fork: a lock that one of its threads held is held
/// for ever.
///
/// # Panics
///
/// As [`check`] gives an error.
#[inline]
#[track_caller]
pub(crate) fn assert_not_forked() {
    if has_forked() {
        assert();
    }
}

/// Whether what was started before is not there any more.
#[inline]
pub(crate) fn has_forked() -> bool {
    STATE.load(Ordering::Relaxed) == FORKED
}

#[cold]
fn start() -> io::Result<()> {
    match STATE.compare_exchange(NEW, STARTED, Ordering::Relaxed, Ordering::Relaxed) {
        Ok(_) => {
            #[cfg(unix)]
            tell_the_child();
            Ok(())
        }
        Err(STARTED) => Ok(()),
        Err(_) => Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "portable: this process was made by `fork`, and a runtime, a timer or a signal had been \
             used before: the threads for it are not here; call `fork` first, or start another \
             program (`std::process::Command`, `exec`)",
        )),
    }
}

/// Asks the operating system to have each child that is forked from now on note it.
#[cfg(unix)]
fn tell_the_child() {
    use std::ffi::c_int;

    type Handler = Option<unsafe extern "C" fn()>;

    unsafe extern "C" {
        fn pthread_atfork(prepare: Handler, parent: Handler, child: Handler) -> c_int;
    }

    unsafe extern "C" fn forked() {
        STATE.store(FORKED, Ordering::Relaxed);
        #[cfg(all(feature = "_executor", any(feature = "_workers", feature = "_reactor")))]
        super::executor::reactor::forget();
    }

    // SAFETY: this is the declaration of POSIX, in the library that std itself is linked with. The
    // handler stores to atomics, which may be done between `fork` and `exec`. What goes wrong
    // (there is no memory for the entry) leaves the child without a message.
    unsafe {
        pthread_atfork(None, None, Some(forked));
    }
}
