//! Asking the operating system for threads and descriptors before a runtime relies on them.
//!
//! A runtime that is refused a thread or a descriptor panics or waits for ever. So this module
//! first asks for the same threads and descriptors, and gives them back.

use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Checks that `count` threads can be started, unless this is certain.
///
/// # Errors
///
/// Returns the operating system's error if they cannot.
pub(super) fn threads(count: usize, stack_size: Option<usize>) -> io::Result<()> {
    if count == 0 || stack_size.is_none() && !are_scarce(count) {
        return Ok(());
    }
    start(count, stack_size)
}

/// Returns whether the process has limits that so many threads may exceed. Reading the limits takes
/// a tenth of the time of starting the threads.
#[cfg(target_os = "linux")]
fn are_scarce(count: usize) -> bool {
    use std::fs::File;
    use std::io::Read;

    /// More processes than a user normally has.
    const MANY: usize = 8192;

    fn read<'a>(file: &str, text: &'a mut [u8]) -> Option<&'a str> {
        let len = File::open(file).ok()?.read(text).ok()?;
        std::str::from_utf8(&text[..len]).ok()
    }

    let is_few = |limit: &str, enough: usize| limit.parse::<usize>().is_ok_and(|n| n < enough);
    let mut text = [0; 2048];
    let Some(limits) = read("/proc/self/limits", &mut text) else {
        return true;
    };
    let is_low = limits.lines().any(|line| {
        let limit = |name| line.strip_prefix(name)?.split_whitespace().next();
        limit("Max processes").is_some_and(|limit| is_few(limit, count.saturating_add(MANY)))
            || limit("Max address space").is_some_and(|limit| is_few(limit, usize::MAX))
            || limit("Max data size").is_some_and(|limit| is_few(limit, usize::MAX))
    });
    // The last limit is that of a container.
    is_low
        || read("/sys/fs/cgroup/pids.max", &mut text)
            .is_some_and(|limit| is_few(limit.trim(), usize::MAX))
}

/// Other systems have no cheap way to read the limits.
#[cfg(not(target_os = "linux"))]
fn are_scarce(_count: usize) -> bool {
    true
}

/// Starts `count` threads, which end once the last of them has started.
fn start(count: usize, stack_size: Option<usize>) -> io::Result<()> {
    let before = alive();
    let gate = Arc::new(Mutex::new(()));
    let mut threads = Vec::new();
    let closed = gate.lock();
    let started = (0..count).try_for_each(|_| {
        let mut thread = thread::Builder::new();
        if let Some(bytes) = stack_size {
            thread = thread.stack_size(bytes);
        }
        let gate = gate.clone();
        threads.push(thread.spawn(move || drop(gate.lock()))?);
        Ok(())
    });
    drop(closed);
    for thread in threads {
        // The thread runs nothing that could panic.
        let _ = thread.join();
    }
    // A thread that has been joined may still be ending, and counts until then.
    let start = Instant::now();
    while alive() > before && start.elapsed() < Duration::from_millis(2) {
        thread::yield_now();
    }
    started
}

/// Returns the number of threads of the process, where this is cheap to find out.
fn alive() -> Option<u64> {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::MetadataExt;

        Some(std::fs::metadata("/proc/self/task").ok()?.nlink())
    }
    #[cfg(not(target_os = "linux"))]
    None
}

/// Opens `count` descriptors and closes them.
#[cfg(all(
    unix,
    any(
        feature = "_workers",
        feature = "_reactor",
        all(feature = "tokio-context", feature = "_executor")
    )
))]
pub(super) fn descriptors(count: usize) -> io::Result<()> {
    use std::os::fd::AsFd;

    /// The number is the same on every system.
    const EBADF: i32 = 9;

    let stderr = io::stderr();
    let mut open = Vec::with_capacity(count);
    while open.len() < count {
        match stderr.as_fd().try_clone_to_owned() {
            Ok(descriptor) => open.push(descriptor),
            // The program has closed stderr, so this cannot check anything.
            Err(error) if error.raw_os_error() == Some(EBADF) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Other systems have no such limit.
#[cfg(all(
    not(unix),
    any(
        feature = "_workers",
        feature = "_reactor",
        all(feature = "tokio-context", feature = "_executor")
    )
))]
pub(super) fn descriptors(_count: usize) -> io::Result<()> {
    Ok(())
}

/// Returns an error of the operating system together with the name of what it refused.
pub(crate) fn told(what: &str, error: &io::Error) -> io::Error {
    let text = format!("portable: the operating system refuses {what}: {error}");
    io::Error::new(error.kind(), text)
}

thread_local! {
    /// Whether a call on this thread returns refusals as errors.
    static IS_ERROR: Cell<bool> = const { Cell::new(false) };
}

/// The payload that unwinds a call which returns its refusal as an error.
struct Refused(io::Error);

/// Makes a call that panics if something is refused, and returns the refusal as an error.
///
/// # Errors
///
/// Returns the error that was passed to [`end_call`] within `call`, if any.
#[cfg_attr(not(feature = "io"), allow(dead_code))]
pub(crate) fn as_error<T>(call: impl FnOnce() -> T) -> io::Result<T> {
    let outer = IS_ERROR.replace(true);
    let called = catch_unwind(AssertUnwindSafe(call));
    IS_ERROR.set(outer);
    called.or_else(|payload| match payload.downcast::<Refused>() {
        Ok(refused) => Err(refused.0),
        Err(payload) => resume_unwind(payload),
    })
}

/// Ends a call that cannot return an error. Within [`as_error`], the error is returned by
/// `as_error`. Otherwise this panics.
#[cold]
#[track_caller]
pub(super) fn end_call(what: &str, error: &io::Error) -> ! {
    let text = format!("portable: {what}: {error}");
    if IS_ERROR.try_with(Cell::get).unwrap_or(false) {
        // The error does not keep its kind, which may be `WouldBlock` and would be read as the
        // file's. The hook is not called, because this is not a panic to the user.
        resume_unwind(Box::new(Refused(io::Error::other(text))));
    }
    panic!("{text}");
}

/// Panics for a timer, which cannot return an error.
#[cold]
pub(super) fn timer(what: &str, error: &io::Error) -> ! {
    panic!("portable: the operating system refuses {what}, which a timer needs: {error}")
}
