use std::ffi::c_int;
use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};

use windows_sys::Win32::System::Console::{
    CTRL_BREAK_EVENT, CTRL_C_EVENT, CTRL_CLOSE_EVENT, CTRL_LOGOFF_EVENT, CTRL_SHUTDOWN_EVENT,
};

use crate::signal::hub::{Armed, Takes, arm};
use crate::signal::slot::Slot;

/// A listener to one kind of event.
#[derive(Debug)]
struct Event {
    slot: Arc<Slot>,
    armed: Armed,
}

impl Event {
    fn new(event: u32) -> io::Result<Self> {
        let slot = Arc::<Slot>::default();
        let event: c_int = event.cast_signed();
        Ok(Self {
            armed: arm(&[event], Takes::AllLater, slot.clone())?,
            slot,
        })
    }

    fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<()>> {
        self.slot.poll(cx).map(|number| {
            self.armed.take(number);
            Some(())
        })
    }
}

macro_rules! events {
    ($(
        $(#[$about:meta])*
        $name:ident, $Type:ident: $event:ident, $what:literal;
    )*) => {$(
        #[doc = concat!("Starts to listen to ", $what, ".")]
        ///
        $(#[$about])*
        ///
        /// It listens from this call on. A listener may be made anew [in each turn of a
        /// loop](crate::signal#in-a-loop).
        ///
        /// # Errors
        ///
        /// Returns the operating system's error if it does not let the program listen.
        pub fn $name() -> io::Result<$Type> {
            Event::new($event).map($Type)
        }

        #[doc = concat!("A listener to ", $what, ", made by [`", stringify!($name), "`].")]
        ///
        /// It listens until it is dropped.
        #[derive(Debug)]
        #[must_use = "it listens only as long as it is kept"]
        pub struct $Type(Event);

        impl $Type {
            /// Waits for the event. It never returns `None`.
            ///
            /// Several events since the last call count as one, which this returns at once.
            ///
            /// # Cancel safety
            ///
            /// An event that a dropped future had not returned is returned by the next call.
            pub async fn recv(&mut self) -> Option<()> {
                poll_fn(|cx| self.poll_recv(cx)).await
            }

            /// Returns the `poll` form of [`recv`](Self::recv).
            ///
            /// While it is pending, the event wakes the waker of the last call.
            pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<()>> {
                self.0.poll_recv(cx)
            }
        }
    )*};
}

events! {
    /// Equivalent to `tokio::signal::windows::ctrl_c`.
    ctrl_c, CtrlC: CTRL_C_EVENT, "ctrl-c";

    /// Equivalent to `tokio::signal::windows::ctrl_break`.
    ctrl_break, CtrlBreak: CTRL_BREAK_EVENT, "ctrl-break";

    /// Equivalent to `tokio::signal::windows::ctrl_close`. The operating system ends the process some
    /// seconds after it.
    ctrl_close, CtrlClose: CTRL_CLOSE_EVENT, "the closing of the console";

    /// Equivalent to `tokio::signal::windows::ctrl_logoff`. The operating system ends the process some
    /// seconds after it.
    ctrl_logoff, CtrlLogoff: CTRL_LOGOFF_EVENT, "the end of the user's session";

    /// Equivalent to `tokio::signal::windows::ctrl_shutdown`. The operating system ends the process
    /// some seconds after it.
    ctrl_shutdown, CtrlShutdown: CTRL_SHUTDOWN_EVENT, "the end of the system";
}
