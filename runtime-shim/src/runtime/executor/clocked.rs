//! A thread inside `block_on` that advances the clock of its runtime when it finds nothing to do.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
#[cfg(feature = "_reactor")]
use std::thread;
#[cfg(any(feature = "_reactor", feature = "tokio-context"))]
use std::time::Duration;
#[cfg(feature = "tokio-context")]
use std::time::Instant;

use super::clock::{self, Clock, Idle};
use super::main_loop::MainLoop;
use super::scheduler::Scheduler;
use super::stalled::Stalled;
use crate::runtime::clock::waits_for_ever;

/// A `MainLoop` and the clock, which is advanced after a poll that leaves the loop idle.
pub(super) struct Clocked<'a, 'b> {
    main_loop: Pin<&'a mut MainLoop<'b>>,
    scheduler: &'a Scheduler,
    alarm: Arc<Alarm>,
    stalled: Stalled,
    /// A time that the clock of the Tokio runtime beside ours reaches only if nothing can happen there.
    #[cfg(feature = "tokio-context")]
    far: Option<Instant>,
    /// True if the last poll has left nothing to do.
    is_idle: bool,
}

/// The waker of a thread whose clock stands. It knows whether it was used since the last poll.
#[derive(Debug)]
struct Alarm {
    is_woken: Arc<AtomicBool>,
    thread: Mutex<Waker>,
    #[cfg(feature = "tokio-context")]
    clock: Option<Arc<Clock>>,
}

impl Alarm {
    /// Begins a poll of the thread that `waker` wakes. Returns whether the alarm was used since the last
    /// one.
    fn begin(&self, waker: &Waker) -> bool {
        self.thread().clone_from(waker);
        self.is_woken.swap(false, Ordering::SeqCst)
    }

    fn is_woken(&self) -> bool {
        self.is_woken.load(Ordering::SeqCst)
    }

    fn thread(&self) -> MutexGuard<'_, Waker> {
        self.thread.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.is_woken.store(true, Ordering::SeqCst);
        #[cfg(feature = "tokio-context")]
        if let Some(beside) = self.clock.as_ref().and_then(|clock| clock.beside()) {
            beside.woken();
        }
        let thread = self.thread().clone();
        thread.wake();
    }
}

impl<'a, 'b> Clocked<'a, 'b> {
    pub(super) fn new(main_loop: Pin<&'a mut MainLoop<'b>>, scheduler: &'a Scheduler) -> Self {
        Self {
            main_loop,
            scheduler,
            alarm: Arc::new(Alarm {
                // True at first, because tasks may be ready.
                is_woken: Arc::new(AtomicBool::new(true)),
                thread: Mutex::new(Waker::noop().clone()),
                #[cfg(feature = "tokio-context")]
                clock: scheduler.clock.clone(),
            }),
            stalled: Stalled::default(),
            #[cfg(feature = "tokio-context")]
            far: None,
            is_idle: false,
        }
    }

    /// Returns whether the last poll has left nothing to do.
    pub(super) fn is_idle(&self) -> bool {
        self.is_idle
    }

    /// Polls the loop while the clock stands. Returns whether the loop is done.
    fn poll_paused(&mut self, clock: &Clock, cx: &Context<'_>) -> bool {
        // First, because a grant ends when the alarm is used.
        #[cfg(feature = "tokio-context")]
        if let Some(beside) = clock.beside() {
            beside.revoke();
        }
        if self.alarm.begin(cx.waker()) {
            self.stalled.reset();
            #[cfg(feature = "tokio-context")]
            {
                self.far = None;
            }
        }
        let alarm = Waker::from(self.alarm.clone());
        let mut alarmed = Context::from_waker(&alarm);
        if self.main_loop.as_mut().poll(&mut alarmed).is_ready() {
            return true;
        }
        self.is_idle = self.main_loop.is_idle();
        if self.is_idle && self.main_loop.drives() {
            let idle = clock.idle(&alarmed);
            // What the clock is not held by any more has woken the tasks that waited for it.
            if !self.alarm.is_woken() {
                self.idle(clock, idle, cx);
            }
        }
        false
    }

    /// Does what the clock needs of a thread that has nothing to do.
    fn idle(&mut self, clock: &Clock, idle: Idle, cx: &Context<'_>) {
        match idle {
            Idle::Waits => {}
            #[cfg(feature = "_reactor")]
            Idle::Looks => {
                // Lets the thread of the reactor have the processor.
                thread::sleep(Duration::from_micros(20));
                self.poll_again(cx);
            }
            Idle::MayAdvance => self.advance(clock, cx),
        }
    }

    fn poll_again(&mut self, cx: &Context<'_>) {
        self.is_idle = false;
        cx.waker().wake_by_ref();
    }

    /// Advances the clock to the next timer. If there is none, nothing that is known here wakes a task.
    fn advance(&mut self, clock: &Clock, cx: &Context<'_>) {
        let next = clock.next();
        #[cfg(feature = "tokio-context")]
        if let Some(beside) = clock.beside() {
            if let Some(next) = next
                && next <= clock.now()
            {
                clock.fire();
                return self.poll_again(cx);
            }
            if next.is_none() && clock.is_stalled() && self.stalled.is_over(cx) {
                let far = *self.far.get_or_insert_with(|| clock.now() + FAR);
                if clock.now() >= far {
                    self.panic();
                }
            }
            return beside.grant(next.or(self.far), &self.alarm.is_woken, cx.waker());
        }
        match next {
            Some(next) => {
                clock.advance_to(next);
                self.poll_again(cx);
            }
            None if clock.is_stalled() && self.stalled.is_over(cx) => self.panic(),
            None => {}
        }
    }

    #[cold]
    fn panic(&mut self) -> ! {
        self.stalled.reset();
        let tasks = self.scheduler.tasks.len() as u64;
        panic!("{}", waits_for_ever(tasks, Some(self.scheduler.id)));
    }
}

/// The virtual time after which nothing is expected to happen.
#[cfg(feature = "tokio-context")]
const FAR: Duration = Duration::from_secs(365 * 24 * 3600);

impl Future for Clocked<'_, '_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let clock = self.scheduler.clock.as_deref().filter(|_| clock::is_used());
        if let Some(clock) = clock.filter(|clock| clock.is_paused()) {
            return match self.poll_paused(clock, cx) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            };
        }
        let polled = self.main_loop.as_mut().poll(cx);
        self.is_idle = self.main_loop.is_idle();
        let clock = self.scheduler.clock.as_deref().filter(|_| clock::is_used());
        if polled.is_pending() && self.is_idle && clock.is_some_and(Clock::is_paused) {
            // The clock was paused during the poll.
            self.poll_again(cx);
        }
        polled
    }
}

#[cfg(feature = "tokio-context")]
impl Drop for Clocked<'_, '_> {
    fn drop(&mut self) {
        if let Some(clock) = self.scheduler.clock.as_deref().filter(|_| clock::is_used())
            && let Some(beside) = clock.beside()
        {
            beside.revoke();
        }
    }
}
