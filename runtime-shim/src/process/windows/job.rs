//! A pipe, and the thread that reads or writes it.
//!
//! Windows has no pipes of children that can be watched. So a plain thread makes each call, which
//! may block it. It starts at the first call, and the end of the process does not wait for it.

use std::fmt;
use std::io;
use std::os::windows::io::{AsRawHandle, BorrowedHandle, RawHandle};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::thread;

use windows_sys::Win32::System::IO::CancelIoEx;

use crate::runtime::selected::{poll_budget, spend_budget};
use crate::waker::Kept;

/// A call on the pipe, with the bytes to write or the room to fill.
pub(super) type Call<P> = fn(&mut P, &mut [u8]) -> io::Result<usize>;

/// A pipe of std, and the call that is made on it.
pub(super) struct Jobs<P> {
    shared: Arc<Shared<P>>,
    call: Call<P>,
}

struct Shared<P> {
    state: Mutex<State<P>>,
    /// Tells the thread of a call to make, or of the end.
    changed: Condvar,
}

struct State<P> {
    /// `None` while the thread uses it.
    pipe: Option<P>,
    /// Its number, as long as it is open.
    handle: Handle,
    has_thread: bool,
    is_closed: bool,
    step: Step,
    waker: Option<Kept>,
}

#[derive(Clone, Copy)]
struct Handle(RawHandle);

// SAFETY: it is a number.
unsafe impl Send for Handle {}

enum Step {
    Idle,
    /// The thread is to make a call, or makes it.
    Asked(Vec<u8>),
    Busy,
    Done(Done),
}

/// A call that has been made, and its bytes.
pub(super) struct Done {
    pub(super) result: io::Result<usize>,
    pub(super) bytes: Vec<u8>,
}

impl<P: AsRawHandle + Send + 'static> Jobs<P> {
    pub(super) fn new(pipe: P, call: Call<P>) -> Self {
        let state = State {
            handle: Handle(pipe.as_raw_handle()),
            pipe: Some(pipe),
            has_thread: false,
            is_closed: false,
            step: Step::Idle,
            waker: None,
        };
        Self {
            shared: Arc::new(Shared {
                state: Mutex::new(state),
                changed: Condvar::new(),
            }),
            call,
        }
    }

    /// Waits for the call that is being made, if there is one, and takes it.
    pub(super) fn poll_done(&self, cx: &mut Context<'_>) -> Poll<Option<Done>> {
        ready!(poll_budget(cx));
        // Made before the lock is taken, because a waker may do anything.
        let waker = Kept::of(cx);
        let mut state = self.shared.lock();
        match std::mem::replace(&mut state.step, Step::Idle) {
            Step::Done(done) => {
                drop(state);
                spend_budget();
                Poll::Ready(Some(done))
            }
            Step::Idle => Poll::Ready(None),
            step => {
                state.step = step;
                let old = state.waker.replace(waker);
                drop(state);
                drop(old);
                Poll::Pending
            }
        }
    }

    /// Lets the thread make a call. There must be none.
    ///
    /// # Errors
    ///
    /// Returns an error if the operating system refuses the thread.
    pub(super) fn start(&self, bytes: Vec<u8>) -> io::Result<()> {
        let mut state = self.shared.lock();
        if !state.has_thread {
            let (shared, call) = (self.shared.clone(), self.call);
            thread::Builder::new()
                .name("portable pipe".into())
                .spawn(move || shared.serve(call))?;
            state.has_thread = true;
        }
        state.step = Step::Asked(bytes);
        drop(state);
        self.shared.changed.notify_one();
        Ok(())
    }

    /// Puts back what a call has read and nobody has taken.
    pub(super) fn put_back(&self, done: Done) {
        self.shared.lock().step = Step::Done(done);
    }

    /// Returns the pipe.
    ///
    /// # Errors
    ///
    /// Returns an error if a call that was cancelled still uses the pipe, or has read something.
    pub(super) fn into_pipe(self) -> io::Result<P> {
        let mut state = self.shared.lock();
        if let Step::Idle = state.step
            && let Some(pipe) = state.pipe.take()
        {
            return Ok(pipe);
        }
        Err(io::Error::new(
            io::ErrorKind::ResourceBusy,
            "portable: a read or write of the child's pipe that was cancelled is not over, or its \
             bytes were not taken; finish it first",
        ))
    }

    pub(super) fn handle(&self) -> RawHandle {
        self.shared.lock().handle.0
    }

    pub(super) fn as_handle(&self) -> BorrowedHandle<'_> {
        // SAFETY: the pipe is open as long as this exists: the thread closes it only afterwards.
        unsafe { BorrowedHandle::borrow_raw(self.handle()) }
    }

    /// Ends a read that nobody waits for any more, so that the pipe is closed at once.
    pub(super) fn cancel(&self) {
        let mut state = self.shared.lock();
        match state.step {
            Step::Asked(_) => state.step = Step::Idle,
            // SAFETY: the pipe is open, because the thread closes it only after `self` is dropped.
            Step::Busy => drop(unsafe { CancelIoEx(state.handle.0, std::ptr::null()) }),
            Step::Idle | Step::Done(_) => {}
        }
    }
}

impl<P> Drop for Jobs<P> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.is_closed = true;
        // If the thread uses the pipe or is about to, it closes it.
        let pipe = match state.step {
            Step::Asked(_) => None,
            _ => state.pipe.take(),
        };
        let waker = state.waker.take();
        drop(state);
        drop((pipe, waker));
        self.shared.changed.notify_one();
    }
}

impl<P> Shared<P> {
    fn lock(&self) -> MutexGuard<'_, State<P>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The main function of the thread.
    fn serve(&self, call: Call<P>) {
        let mut state = self.lock();
        loop {
            match std::mem::replace(&mut state.step, Step::Busy) {
                Step::Asked(mut bytes) => {
                    let Some(mut pipe) = state.pipe.take() else {
                        return;
                    };
                    drop(state);
                    let result = call(&mut pipe, &mut bytes);
                    state = self.lock();
                    state.step = Step::Done(Done { result, bytes });
                    if !state.is_closed {
                        state.pipe = Some(pipe);
                    }
                    let waker = state.waker.take();
                    drop(state);
                    if let Some(waker) = waker {
                        waker.wake();
                    }
                    state = self.lock();
                }
                step => {
                    state.step = step;
                    if state.is_closed {
                        return;
                    }
                    state = self
                        .changed
                        .wait(state)
                        .unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}

impl<P> fmt::Debug for Jobs<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pipe")
            .field(&self.shared.lock().handle.0)
            .finish()
    }
}
