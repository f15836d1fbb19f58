//! The thread that the console's events come to.

use std::ffi::c_int;
use std::io;
use std::process;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use windows_sys::Win32::System::Console::{CTRL_BREAK_EVENT, CTRL_C_EVENT, SetConsoleCtrlHandler};
use windows_sys::core::BOOL;

/// The events that have had a listener, as bits.
static CAUGHT: AtomicU32 = AtomicU32::new(0);
/// Where the operating system's handler sends an event.
static EVENTS: OnceLock<Sender<c_int>> = OnceLock::new();

/// Accepts all events that this module knows.
#[allow(clippy::unnecessary_wraps, reason = "Unix rejects some signals")]
pub(in crate::signal) fn check(_: c_int) -> io::Result<()> {
    Ok(())
}

/// The effect of an event without a listener, which Windows does not tell.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::signal) struct Before;

impl Before {
    pub(in crate::signal) fn of(_: c_int) -> Self {
        Self
    }

    pub(in crate::signal) fn does_nothing(self, _: c_int) -> bool {
        false
    }

    /// Ends the process as the operating system does.
    pub(in crate::signal) fn again(self, _: c_int) {
        const STATUS_CONTROL_C_EXIT: u32 = 0xC000_013A;

        process::exit(STATUS_CONTROL_C_EXIT.cast_signed());
    }
}

/// Registers events with the thread.
pub(in crate::signal) struct Delivery(());

impl Delivery {
    /// Starts the thread. It calls `came` for each event, and `wait` in between, which says how long
    /// it waits at most.
    pub(in crate::signal) fn start(
        came: fn(c_int),
        wait: fn() -> Option<Duration>,
    ) -> io::Result<Self> {
        let (sender, events) = channel();
        thread::Builder::new()
            .name("portable-signals".into())
            .spawn(move || serve(&events, came, wait))?;
        // It is empty: the hub starts one thread.
        let _ = EVENTS.set(sender);
        // SAFETY: the handler only uses statics, so it may be called on any thread at any time.
        if unsafe { SetConsoleCtrlHandler(Some(handle), 1) } == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(Self(()))
    }

    #[allow(clippy::unnecessary_wraps, reason = "Unix may refuse it")]
    pub(in crate::signal) fn add_signal(&self, event: c_int) -> io::Result<()> {
        CAUGHT.fetch_or(1 << event, Ordering::Relaxed);
        Ok(())
    }
}

/// The main function of the thread for events.
fn serve(events: &Receiver<c_int>, came: fn(c_int), wait: fn() -> Option<Duration>) {
    loop {
        let event = match wait() {
            Some(wait) => events.recv_timeout(wait),
            None => events.recv().map_err(RecvTimeoutError::from),
        };
        match event {
            Ok(event) => came(event),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Called by the operating system, on a thread of its own and under a lock of the console's. So it
/// neither calls a listener nor waits for the hub.
unsafe extern "system" fn handle(event: u32) -> BOOL {
    if event >= u32::BITS || CAUGHT.load(Ordering::Relaxed) & (1 << event) == 0 {
        return 0;
    }
    let is_sent = EVENTS
        .get()
        .is_some_and(|events| events.send(event.cast_signed()).is_ok());
    if !is_sent {
        return 0;
    }
    if event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT {
        // The operating system ends the process when this returns, or some seconds later.
        loop {
            thread::park();
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use windows_sys::Win32::System::Console::CTRL_LOGOFF_EVENT;

    use super::*;
    use crate::signal::windows::ctrl_break;

    #[test]
    fn the_handler_tells_the_listener_and_leaves_other_events_alone() {
        let mut breaks = ctrl_break().unwrap();
        // SAFETY: the handler may be called on any thread.
        unsafe {
            assert_eq!(handle(CTRL_BREAK_EVENT), 1);
            assert_eq!(handle(CTRL_LOGOFF_EVENT), 0);
            assert_eq!(handle(77), 0);
        }
        let mut cx = Context::from_waker(Waker::noop());
        while breaks.poll_recv(&mut cx) != Poll::Ready(Some(())) {
            thread::yield_now();
        }
        assert!(breaks.poll_recv(&mut cx).is_pending());
    }
}
