//! Waiting for the end of a child, by its handle.
//!
//! A thread of the operating system's pool calls a function once the child has ended. The function
//! gets a number, by which it finds who waits: so nothing that it uses can be gone.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ffi::c_void;
use std::future::poll_fn;
use std::io;
use std::os::windows::io::AsRawHandle;
use std::process::Child;
use std::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::Threading::{
    INFINITE, RegisterWaitForSingleObject, UnregisterWaitEx, WT_EXECUTEONLYONCE,
};

use crate::waker::Kept;

/// The waits for children.
static WAITS: Mutex<Waits> = Mutex::new(Waits {
    last: 0,
    waiting: BTreeMap::new(),
});

struct Waits {
    last: usize,
    waiting: BTreeMap<usize, Waiting>,
}

#[derive(Default)]
struct Waiting {
    has_ended: bool,
    waker: Option<Kept>,
}

thread_local! {
    /// The number of the wait of which this thread tells.
    static TELLS: Cell<usize> = const { Cell::new(0) };
}

/// The source of news about the end of a child.
#[derive(Debug, Default)]
pub(in crate::process) struct Exit(Option<Wait>);

impl Exit {
    /// Waits until the child may have ended since the last call. The caller has checked the child
    /// in between.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub(in crate::process) async fn may_have_come(&mut self, child: &Child) -> io::Result<()> {
        let wait = match &mut self.0 {
            Some(wait) => wait,
            none => none.insert(Wait::new(child)?),
        };
        poll_fn(|cx| {
            // Made before the lock is taken, because a waker may do anything.
            let waker = Kept::of(cx);
            let mut waits = lock();
            let waiting = waits.waiting.entry(wait.number).or_default();
            if waiting.has_ended {
                return Poll::Ready(());
            }
            let old = waiting.waker.replace(waker);
            drop(waits);
            drop(old);
            Poll::Pending
        })
        .await;
        Ok(())
    }
}

/// A wait of the operating system's for a child. It must end before the child's handle is closed.
#[derive(Debug)]
struct Wait {
    number: usize,
    handle: HANDLE,
}

// SAFETY: any thread may end a wait.
unsafe impl Send for Wait {}
// SAFETY: nothing can be done with a shared reference.
unsafe impl Sync for Wait {}

impl Wait {
    fn new(child: &Child) -> io::Result<Self> {
        let number = {
            let mut waits = lock();
            waits.last += 1;
            let number = waits.last;
            waits.waiting.insert(number, Waiting::default());
            number
        };
        let mut handle = ptr::null_mut();
        // SAFETY: the handle is the child's, which outlives the wait: `Process` ends the wait first.
        // The function may be called at any time, because its argument is only a number.
        let registered = unsafe {
            RegisterWaitForSingleObject(
                &mut handle,
                child.as_raw_handle(),
                Some(ended),
                ptr::without_provenance(number),
                INFINITE,
                WT_EXECUTEONLYONCE,
            )
        };
        if registered == 0 {
            let error = io::Error::last_os_error();
            lock().waiting.remove(&number);
            return Err(error);
        }
        Ok(Self { number, handle })
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        // The function that is being called cannot be waited for by itself. It has been called for
        // the last time, so the operating system uses the child's handle no more.
        let until = match TELLS.try_with(Cell::get) {
            Ok(number) if number == self.number => ptr::null_mut(),
            _ => INVALID_HANDLE_VALUE,
        };
        // SAFETY: the wait exists, and nothing uses it after this call, which returns once the
        // operating system no longer waits.
        unsafe { UnregisterWaitEx(self.handle, until) };
        let removed = lock().waiting.remove(&self.number);
        drop(removed);
    }
}

/// Called by the operating system once the child has ended.
unsafe extern "system" fn ended(number: *mut c_void, _: bool) {
    let number = number.addr();
    let waker = {
        let mut waits = lock();
        let Some(waiting) = waits.waiting.get_mut(&number) else {
            return;
        };
        waiting.has_ended = true;
        waiting.waker.take()
    };
    // The waker may do anything, such as drop the child. A panic in it is contained.
    if let Some(waker) = waker {
        let _ = TELLS.try_with(|tells| tells.set(number));
        waker.wake();
        let _ = TELLS.try_with(|tells| tells.set(0));
    }
}

fn lock() -> MutexGuard<'static, Waits> {
    WAITS.lock().unwrap_or_else(PoisonError::into_inner)
}
