//! The limit on the time of a test.
//!
//! A separate thread keeps the time, because the runtime's timers would stop along with the
//! runtime. At the limit it wakes the test, which then drops its future and panics. A test whose
//! thread is stuck in a poll can't do that, and no thread can be ended from outside. Then the
//! process is aborted.

use std::fmt;
use std::future::{Future, poll_fn};
use std::mem;
use std::panic::Location;
use std::pin::Pin;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant};

use super::{ENDED, start_test};
#[cfg(feature = "inspect")]
use crate::inspect;
use crate::runtime::{self, Builder};
use crate::stderr;
use crate::waker::Kept;

/// The time that a poll may take after the limit. An abort ends all other tests of the process too,
/// so it must not hit a test that is late because the machine is busy.
const GRACE: Duration = Duration::from_secs(5);

/// Implements the argument `timeout`: a test that takes longer fails.
pub fn timeout(limit: Duration) -> Duration {
    limit
}

/// Runs the future of `#[portable::test(timeout = …)]`. The caller's location is that of the test.
///
/// # Panics
///
/// Panics where [`test`](super::test()) does, and if the test and its runtime take longer than
/// `limit`.
#[track_caller]
pub fn test_within<'a, T: 'a>(
    limit: Duration,
    test: &'static str,
    builder: &mut Builder,
    future: Pin<Box<dyn Future<Output = T> + 'a>>,
) -> T {
    let mut output = None;
    run(
        Test {
            name: test,
            place: Location::caller(),
            limit,
            runtime: OnceLock::new(),
            #[cfg(feature = "inspect")]
            id: OnceLock::new(),
        },
        builder,
        Box::pin(async { output = Some(future.await) }),
    );
    output.expect(ENDED)
}

// Inline, like the functions it calls, so that only a test with a limit is linked with this code.
#[inline]
#[track_caller]
fn run(test: Test, builder: &mut Builder, future: Pin<Box<dyn Future<Output = ()> + '_>>) {
    let start = Instant::now();
    let limit = test.limit;
    let (watch, watched) = Watch::start(test, builder.shutdown_timeout);
    let test = &watched.test;
    // The guards are dropped in the order in which the test ends: its future, its runtime, the
    // watch.
    let runtime = start_test(builder);
    #[cfg(feature = "inspect")]
    let _ = test.id.set(runtime.handle().id());
    let mut future = Some((watch.running(), future));
    let (is_done, took) = runtime.run_to_end(poll_fn(|cx| {
        test.runtime.get_or_init(runtime::current);
        watched.wake_at_the_limit(cx);
        // Taken out for the poll, so that a poll that panics drops it here.
        let (running, mut polled) = future.take().expect("it is polled until it is ready");
        let is_done = polled.as_mut().poll(cx).is_ready();
        if !is_done && !watched.is_over.load(Ordering::SeqCst) {
            future = Some((running, polled));
            return Poll::Pending;
        }
        // Dropped inside the runtime, which the timers and sockets that the future holds may need.
        drop(polled);
        drop(running);
        Poll::Ready((is_done, start.elapsed()))
    }));
    if !is_done {
        panic!("{test}: its future was still waiting");
    }
    if took > limit {
        panic!("{test}: it ended after {took:.1?}");
    }
    let took = start.elapsed();
    if took > limit {
        panic!("{test}: its runtime ended after {took:.1?}");
    }
}

/// The description of a test, for the message that it is too slow.
struct Test {
    name: &'static str,
    place: &'static Location<'static>,
    limit: Duration,
    runtime: OnceLock<&'static str>,
    #[cfg(feature = "inspect")]
    id: OnceLock<runtime::Id>,
}

impl fmt::Display for Test {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, line) = (self.place.file(), self.place.line());
        write!(f, "portable: the test `{}`", self.name)?;
        if let Some(runtime) = self.runtime.get() {
            write!(f, " on {runtime}")?;
        }
        write!(
            f,
            ", {file}:{line}, outran its `timeout` of {:?}",
            self.limit
        )
    }
}

/// The state that the test and its watching thread share.
struct Watched {
    test: Test,
    is_over: AtomicBool,
    waker: Mutex<Option<Kept>>,
}

impl Watched {
    #[inline]
    fn wake_at_the_limit(&self, cx: &Context<'_>) {
        let old = self.replace(Some(Kept::of(cx)));
        drop(old);
    }

    #[inline]
    fn replace(&self, waker: Option<Kept>) -> Option<Kept> {
        let mut kept = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        mem::replace(&mut *kept, waker)
    }

    #[inline]
    fn end_it(&self) {
        #[cfg(feature = "inspect")]
        self.print_tasks();
        self.is_over.store(true, Ordering::SeqCst);
        if let Some(waker) = self.replace(None) {
            waker.wake();
        }
    }

    /// Prints what the test's tasks do, before the end of the test drops them.
    #[cfg(feature = "inspect")]
    fn print_tasks(&self) {
        if let Some(id) = self.test.id.get() {
            let when = format!("when the test `{}` outran its `timeout`", self.test.name);
            if let Some(text) = inspect::text(&when, *id) {
                let _ = stderr::write(format!("\n{text}").as_bytes());
            }
        }
    }

    #[inline]
    fn abort(&self, why: &str) -> ! {
        let text = format!("\nerror: {}: {why}\n", self.test);
        let _ = stderr::write(text.as_bytes());
        process::abort();
    }
}

/// The watch over a test. It lasts until it is dropped.
struct Watch(Sender<()>);

impl Watch {
    #[inline]
    fn start(test: Test, shutdown_timeout: Duration) -> (Self, Arc<Watched>) {
        let watched = Arc::new(Watched {
            test,
            is_over: AtomicBool::new(false),
            waker: Mutex::new(None),
        });
        let (sender, receiver) = mpsc::channel();
        let watch = {
            let watched = watched.clone();
            move || watch(&watched, &receiver, shutdown_timeout)
        };
        thread::Builder::new()
            .name("portable-timeout".into())
            .spawn(watch)
            .unwrap_or_else(|error| {
                panic!("portable: cannot start the thread that watches a `timeout`: {error}")
            });
        (Self(sender), watched)
    }

    /// Marks the test's future as alive until the guard is dropped.
    fn running(&self) -> Running<'_> {
        Running(&self.0)
    }
}

struct Running<'a>(&'a Sender<()>);

impl Drop for Running<'_> {
    #[inline]
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

/// Waits for the end of the future, and then for the end of the runtime.
#[inline]
fn watch(watched: &Watched, events: &Receiver<()>, shutdown_timeout: Duration) {
    const TIMEOUT: Result<(), RecvTimeoutError> = Err(RecvTimeoutError::Timeout);

    if events.recv_timeout(watched.test.limit) == TIMEOUT {
        watched.end_it();
        if events.recv_timeout(GRACE) == TIMEOUT {
            watched.abort("a poll on its thread does not end, so the process is aborted");
        }
    }
    // The shutdown itself waits for `shutdown_timeout`.
    if events.recv_timeout(shutdown_timeout.saturating_add(GRACE)) == TIMEOUT {
        watched.abort("its runtime does not end, so the process is aborted");
    }
}
