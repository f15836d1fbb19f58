//! Runtimes of Tokio that somebody else has built, perhaps without timers or without IO.
//!
//! Nobody can ask Tokio what a runtime has; it panics where something is missing. So there a sleep
//! waits on a timer of ours, and for IO one attempt is made on a thread of its own.

use std::time::Instant;

/// Whether the clock of the runtime that this thread is inside of stands still, as in Tokio's tests
/// with `start_paused`. Then its timers alone know what time it is.
pub(super) fn is_clock_paused() -> bool {
    let first = tokio::time::Instant::now();
    let start = Instant::now();
    while Instant::now() == start {}
    tokio::time::Instant::now() == first
}

#[cfg(feature = "_reactor")]
pub(super) use self::io::has_io;

#[cfg(feature = "_reactor")]
mod io {
    use std::io;
    use std::os::unix::net::UnixDatagram;
    use std::sync::{Mutex, PoisonError};
    use std::thread;

    use tokio::runtime::{Handle, Id};

    use crate::runtime::source::First;
    use crate::runtime::tokio::end::End;
    use crate::runtime::tokio::source::Source;

    /// What is known, of the last runtimes that were asked about.
    static KNOWN: Mutex<Vec<(Id, bool)>> = Mutex::new(Vec::new());
    const MOST: usize = 32;

    /// Whether this runtime, which the thread is inside of, watches descriptors.
    pub(in crate::runtime::tokio) fn has_io(runtime: &Handle) -> io::Result<bool> {
        let id = runtime.id();
        if End::current().is_some_and(|end| end.is_of(id)) {
            return Ok(true);
        }
        // Within the lock, so that none is asked twice.
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, has_io)) = known.iter().find(|(known, _)| *known == id) {
            return Ok(*has_io);
        }
        let has_io = ask(runtime)?;
        if known.len() == MOST {
            known.remove(0);
        }
        known.push((id, has_io));
        Ok(has_io)
    }

    /// Watches something. The panic hook tells of the panic that is the answer no; the name of the
    /// thread says what it is about.
    fn ask(runtime: &Handle) -> io::Result<bool> {
        let socket = UnixDatagram::unbound()?;
        socket.set_nonblocking(true)?;
        let runtime = runtime.clone();
        let thread = thread::Builder::new()
            .name("portable, which asks whether a Tokio runtime has IO and goes on without,".into())
            .spawn(move || {
                let _context = runtime.enter();
                drop(Source::new(socket, First::Waits));
            })?;
        Ok(thread.join().is_ok())
    }
}
