use std::future::Future;
use std::io;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::hub::{Armed, Takes, arm};
use super::slot::Slot;

/// The signal of ctrl-c.
#[cfg(unix)]
const INTERRUPT: std::ffi::c_int = signal_hook::consts::SIGINT;
#[cfg(windows)]
const INTERRUPT: std::ffi::c_int = windows_sys::Win32::System::Console::CTRL_C_EVENT.cast_signed();

/// Waits for the next ctrl-c.
///
/// Equivalent to `tokio::signal::ctrl_c`.
///
/// The future listens from this call on, so it does not miss a ctrl-c that comes before the first
/// poll. It stops listening once it has completed or is dropped. [The next
/// ctrl-c][self#when-nobody-listens] then ends the process, if nothing else listens. Tokio differs:
/// its future listens from the first poll on, and ctrl-c never ends the process after that.
///
/// A `select!` in a loop may call this [in each turn][self#in-a-loop]: a ctrl-c that comes between
/// two turns, or that the previous future had not returned, is returned by the next future. To end
/// a whole program, use a [`Shutdown`](crate::shutdown::Shutdown), which remembers the ctrl-c.
///
/// [self#in-a-loop]: crate::signal#in-a-loop
/// [self#when-nobody-listens]: crate::signal#when-nobody-listens
///
/// # Errors
///
/// The future returns the operating system's error if listening failed.
///
/// # Panics
///
/// Polling the future after it returned its output panics.
///
/// # Cancel safety
///
/// The future may be awaited by reference, `&mut ctrl_c`, any number of times until it completes.
/// If it is dropped before that, a ctrl-c that it had not returned is returned by the next
/// listener.
///
/// # Examples
///
/// ```
/// # extern crate portable_runtime_shim as portable;
/// # #[cfg(feature = "_runtime")]
/// # portable::runtime::block_on(async {
/// use portable::signal::ctrl_c;
///
/// let ctrl_c = ctrl_c();
/// println!("press ctrl-c to go on");
/// # signal_hook::low_level::raise(signal_hook::consts::SIGINT)?;
/// ctrl_c.await?;
/// println!("press it again to end the program");
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
pub fn ctrl_c() -> CtrlC {
    let slot = Arc::<Slot>::default();
    CtrlC(match arm(&[INTERRUPT], Takes::OneLater, slot.clone()) {
        Ok(armed) => State::Waits { slot, armed },
        Err(error) => State::Failed(error),
    })
}

/// The future of [`ctrl_c`].
#[derive(Debug)]
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct CtrlC(State);

#[derive(Debug)]
enum State {
    Waits { slot: Arc<Slot>, armed: Armed },
    Failed(io::Error),
    Done,
}

impl Future for CtrlC {
    type Output = io::Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let State::Waits { slot, armed } = &self.0 {
            armed.take(ready!(slot.poll(cx)));
        }
        Poll::Ready(match mem::replace(&mut self.0, State::Done) {
            State::Waits { .. } => Ok(()),
            State::Failed(error) => Err(error),
            State::Done => panic!("`CtrlC` polled after completion"),
        })
    }
}
