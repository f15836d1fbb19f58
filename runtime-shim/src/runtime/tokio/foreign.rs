//! Tokio runtimes that other code has built, perhaps without timers or without IO.
//!
//! Tokio cannot be asked what a runtime has, and panics where something is missing. So a sleep
//! there waits on a timer of this crate, and for IO one attempt is made on a separate thread.

use std::time::Instant;

/// Returns whether the clock of the runtime that this thread is inside of is paused, as in Tokio's
/// tests with `start_paused`. If it is, only timers of that runtime know the time.
pub(super) fn is_clock_paused() -> bool {
    let first = tokio::time::Instant::now();
    let start = Instant::now();
    while Instant::now() == start {}
    tokio::time::Instant::now() == first
}

#[cfg(all(unix, feature = "_reactor"))]
pub(super) use self::io::has_io;

#[cfg(all(unix, feature = "_reactor"))]
mod io {
    use std::io;
    use std::os::unix::net::UnixDatagram;
    use std::sync::{Mutex, PoisonError};
    use std::thread;

    use tokio::runtime::{Handle, Id};

    use crate::runtime::source::First;
    use crate::runtime::tokio::end::End;
    use crate::runtime::tokio::source::Source;

    /// The answers for the last runtimes that were checked.
    static KNOWN: Mutex<Vec<(Id, bool)>> = Mutex::new(Vec::new());
    const MOST: usize = 32;

    /// Returns whether this runtime, which the thread is inside of, watches descriptors.
    pub(in crate::runtime::tokio) fn has_io(runtime: &Handle) -> io::Result<bool> {
        let id = runtime.id();
        if End::current().is_some_and(|end| end.is_of(id)) {
            return Ok(true);
        }
        // Checked under the lock, so that no runtime is checked twice.
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

    /// Tries to watch a descriptor. If the runtime has no IO, Tokio panics and the panic hook
    /// reports it, so the name of the thread explains the panic.
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
