use std::future::Future;
use std::io;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::hub::{Armed, Takes, arm};
use super::slot::Slot;
use super::unix::SignalKind;

/// Waits for the next ctrl-c.
///
/// Equivalent to `tokio::signal::ctrl_c`.
///
/// It listens from this call on: a ctrl-c that comes before the first poll is not missed. Once it
/// came, or when the future is dropped, it listens no more, and [the next one][self#when-nobody-listens]
/// ends the process if nobody else listens. In this Tokio differs: it listens from the first poll on,
/// and from then on ctrl-c never ends the process.
///
/// In the `select!` of a loop it may be made anew [in each turn][self#in-a-loop]: a ctrl-c that comes
/// between two turns, or that the one before had not given, is given by the next. To end a whole
/// program there is [`Shutdown`](crate::shutdown::Shutdown), which remembers it.
///
/// [self#in-a-loop]: crate::signal#in-a-loop
/// [self#when-nobody-listens]: crate::signal#when-nobody-listens
///
/// # Errors
///
/// The future gives the operating system's error, if it could not listen.
///
/// # Panics
///
/// The future, when it is polled after it gave its output.
///
/// # Cancel safety
///
/// The future may be awaited by reference, `&mut ctrl_c`, as often as need be: it is kept until it
/// gives its output. If it is dropped before, the next listener gives what it had not given.
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
    CtrlC(
        match arm(&[SignalKind::interrupt()], Takes::OneLater, slot.clone()) {
            Ok(armed) => State::Waits { slot, armed },
            Err(error) => State::Failed(error),
        },
    )
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
