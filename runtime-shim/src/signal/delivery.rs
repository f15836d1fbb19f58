//! The thread that the operating system's signals come to.

use std::ffi::c_int;
use std::io::{self, ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use signal_hook::consts::FORBIDDEN;
use signal_hook::iterator::backend::{Handle, SignalDelivery};
use signal_hook::iterator::exfiltrator::SignalOnly;
use signal_hook::low_level::signal_name;

/// Rejects the signals for which signal-hook would panic.
pub(super) fn check(signal: c_int) -> io::Result<()> {
    let why = if FORBIDDEN.contains(&signal) {
        "no program can go on after it, or the operating system lets none listen"
    } else if !(1..128).contains(&signal) {
        "there is none with this number"
    } else {
        return Ok(());
    };
    let name = signal_name(signal).unwrap_or("unknown");
    Err(io::Error::new(
        io::ErrorKind::InvalidInput,
        format!("portable: cannot listen to signal {signal} ({name}): {why}"),
    ))
}

/// Registers signals with the thread.
pub(super) struct Delivery(Handle);

impl Delivery {
    /// Starts the thread. It calls `came` for each signal, and `wait` in between, which says how long
    /// it waits at most.
    pub(super) fn start(came: fn(c_int), wait: fn() -> Option<Duration>) -> io::Result<Self> {
        let (read, write) = UnixStream::pair()?;
        let signals = SignalDelivery::with_pipe(read, write, SignalOnly, [0; 0])?;
        let handle = signals.handle();
        thread::Builder::new()
            .name("portable-signals".into())
            .spawn(move || serve(signals, came, wait))?;
        Ok(Self(handle))
    }

    pub(super) fn add_signal(&self, signal: c_int) -> io::Result<()> {
        self.0.add_signal(signal)
    }
}

/// The main function of the thread for signals.
fn serve(
    mut signals: SignalDelivery<UnixStream, SignalOnly>,
    came: fn(c_int),
    wait: fn() -> Option<Duration>,
) {
    loop {
        let wait = wait();
        let come = signals.poll_pending(&mut |pipe| wait_for(pipe, wait));
        // Even if the wait failed, a signal may have come.
        let come = come.ok().flatten().unwrap_or_else(|| signals.pending());
        come.for_each(came);
    }
}

/// Waits until a signal comes, or until `wait` has passed.
fn wait_for(pipe: &mut UnixStream, wait: Option<Duration>) -> io::Result<bool> {
    // The operating system refuses a timeout of zero.
    pipe.set_read_timeout(wait.map(|wait| wait.max(Duration::from_millis(1))))?;
    match pipe.read(&mut [0]) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            Ok(false)
        }
        read => read.map(|_| true),
    }
}
