//! Detecting that this process was made by `fork` after something was started.
//!
//! A `fork` copies the memory, but only the thread that calls it. A part that had threads is then
//! useless in the child: nothing runs its tasks, keeps its time or watches its descriptors, and a
//! lock that another thread held stays locked for ever. So nothing starts in the child any more,
//! and each attempt returns an error or panics with the reason.

use std::io;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::Poll;

/// Nothing has been started.
const NEW: u8 = 0;
const STARTED: u8 = 1;
/// This process was forked from one that had started something.
const FORKED: u8 = 2;

static STATE: AtomicU8 = AtomicU8::new(NEW);

/// Fails in a forked process. Code that starts threads, or that waits for them, calls this first.
///
/// # Errors
///
/// Returns an error in a process that was made by `fork` from one that had started something.
#[inline]
pub(crate) fn check() -> io::Result<()> {
    match STATE.load(Ordering::Relaxed) {
        STARTED => Ok(()),
        _ => start(),
    }
}

/// Like [`check`], for callers that cannot return an error.
///
/// # Panics
///
/// Panics if [`check`] returns an error.
#[inline]
#[track_caller]
pub(crate) fn assert() {
    if let Err(error) = check() {
        panic!("{error}");
    }
}

/// Like `assert`, for the future of a `block_on`. If the future has to wait, it would wait for
/// ever, because only the thread that polls it was copied.
///
/// # Panics
///
/// Panics if [`check`] returns an error.
#[inline]
pub(crate) fn assert_if_pending<T>(polled: &Poll<T>) {
    if polled.is_pending() && has_forked() {
        assert();
    }
}

/// Like `assert`, for a runtime that existed before the fork: a lock that one of its threads held
/// stays locked for ever.
///
/// # Panics
///
/// Panics if [`check`] returns an error.
#[inline]
#[track_caller]
pub(crate) fn assert_not_forked() {
    if has_forked() {
        assert();
    }
}

/// Returns whether this process was forked from one that had started something.
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

/// Asks the operating system to mark each child that is forked from now on.
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
    // handler stores to atomics, which is allowed between `fork` and `exec`. If there is no memory
    // to register it, children are not marked.
    unsafe {
        pthread_atfork(None, None, Some(forked));
    }
}
