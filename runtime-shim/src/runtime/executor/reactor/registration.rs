//! Descriptors whose readiness is remembered until it is cleared, as Tokio remembers it.

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::io;
use std::mem;
use std::os::fd::{BorrowedFd, RawFd};
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Wake, Waker, ready};

use slab::Slab;

use super::super::budget;
use super::super::elsewhere::Place;
#[cfg(feature = "test-util")]
use super::super::mark::{Mark, Marks};
use super::edges::Edges;
use super::home::Home;
use crate::io::{Interest, Ready};
use crate::runtime::source::{self, Direction, Watched, would_block};

/// Watches all descriptors that are registered in this process.
#[derive(Debug)]
struct Registry {
    edges: Edges,
    registered: Mutex<Registered>,
}

#[derive(Debug, Default)]
struct Registered {
    next_key: usize,
    // A key is not used again, because a report for a descriptor that is gone may still come.
    states: HashMap<usize, Arc<State>>,
}

/// Takes the reports when async-io says that there are some.
struct Told;

impl Registry {
    /// Returns the one of the process, and makes it first.
    fn get() -> io::Result<&'static Self> {
        static REGISTRY: OnceLock<Registry> = OnceLock::new();
        static MAKING: Mutex<()> = Mutex::new(());

        if let Some(registry) = REGISTRY.get() {
            return Ok(registry);
        }
        let _making = lock(&MAKING);
        if let Some(registry) = REGISTRY.get() {
            return Ok(registry);
        }
        let made = Self {
            edges: Edges::new()?,
            registered: Mutex::default(),
        };
        let registry = REGISTRY.get_or_init(|| made);
        registry.listen(&Told::waker());
        Ok(registry)
    }

    /// Takes what has been reported, and wakes the tasks that wait for it.
    fn take(&self) {
        let mut woken = Vec::new();
        let registered = lock(&self.registered);
        // An error leaves the reports where they are.
        let _ = self.edges.take(|key, ready| {
            if let Some(state) = registered.states.get(&key) {
                state.report(ready, &mut woken);
            }
        });
        drop(registered);
        for waker in woken {
            // A waker that panics must not keep the others from being woken.
            let _ = panic::catch_unwind(AssertUnwindSafe(|| waker.wake()));
        }
    }

    /// Takes the reports and lets async-io wait for the next ones.
    fn listen(&self, waker: &Waker) {
        self.take();
        // It is ready at first if async-io has just told so. What comes after the reports above is
        // told anew, because the descriptor then counts as readable.
        while let Poll::Ready(Ok(())) = self.edges.poll(&mut Context::from_waker(waker)) {}
    }
}

impl Told {
    fn waker() -> Waker {
        Waker::from(Arc::new(Self))
    }
}

impl Wake for Told {
    fn wake(self: Arc<Self>) {
        if let Ok(registry) = Registry::get() {
            registry.listen(&Waker::from(self));
        }
    }
}

/// What is known of a descriptor, and who waits for more.
#[derive(Debug, Default)]
struct State(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    ready: Ready,
    /// The number of reports, which tells whether one has come since an event.
    reports: u64,
    /// The last task that polled for each direction.
    polling: [Option<Waker>; 2],
    waiting: Slab<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    until: Ready,
    /// `None` after the task was woken.
    waker: Option<Waker>,
}

impl State {
    fn report(&self, ready: Ready, woken: &mut Vec<Waker>) {
        let mut known = lock(&self.0);
        known.ready |= ready;
        known.reports += 1;
        for direction in [Direction::Read, Direction::Write] {
            if !(ready & direction.until()).is_empty() {
                woken.extend(known.polling[direction as usize].take());
            }
        }
        for (_, waiting) in &mut known.waiting {
            if !(ready & waiting.until).is_empty() {
                woken.extend(waiting.waker.take());
            }
        }
    }
}

/// A registered descriptor.
#[derive(Debug)]
pub(crate) struct Registration {
    state: Arc<State>,
    registry: &'static Registry,
    key: usize,
    fd: RawFd,
    interest: Interest,
    home: Home,
    /// The wakers of the last tasks that polled elsewhere, by direction, from the first one on.
    places: OnceLock<Box<[Arc<Place>; 2]>>,
    #[cfg(feature = "test-util")]
    marks: Marks,
    /// `None` if the source of the descriptor counts it.
    _counted: Option<Watched<false>>,
}

impl Registration {
    /// Registers a descriptor that nothing else watches.
    pub(super) fn new(fd: RawFd, interest: Interest, home: Home) -> io::Result<Self> {
        let mut registration = Self::of_source(fd, interest, home)?;
        registration._counted = Some(Watched::new());
        Ok(registration)
    }

    /// Registers the descriptor of a source.
    pub(super) fn of_source(fd: RawFd, interest: Interest, home: Home) -> io::Result<Self> {
        if fd < 0 {
            return Err(io::Error::from_raw_os_error(libc::EBADF));
        }
        // SAFETY: the caller keeps the descriptor open as long as the registration lives. If it did
        // not, the operating system would return an error.
        let borrowed = unsafe { BorrowedFd::borrow_raw(fd) };
        let registry = Registry::get()?;
        let state = Arc::<State>::default();
        let key = {
            let mut registered = lock(&registry.registered);
            let key = registered.next_key;
            registered.next_key += 1;
            registered.states.insert(key, state.clone());
            key
        };
        if let Err(error) = registry.edges.add(borrowed, key, interest) {
            lock(&registry.registered).states.remove(&key);
            return Err(error);
        }
        Ok(Self {
            state,
            registry,
            key,
            fd,
            interest,
            home,
            places: OnceLock::new(),
            #[cfg(feature = "test-util")]
            marks: Marks::default(),
            _counted: None,
        })
    }

    /// Returns the readiness for `until`, if there is some. Takes the newest reports first.
    fn now(&self, until: Ready) -> Option<Event> {
        let now = || self.event(lock(&self.state.0), until);
        let event = now();
        if !event.ready.is_empty() {
            return Some(event);
        }
        self.registry.take();
        let event = now();
        (!event.ready.is_empty()).then_some(event)
    }

    fn event(&self, known: MutexGuard<'_, Known>, until: Ready) -> Event {
        Event {
            state: self.state.clone(),
            ready: known.ready & until,
            reports: known.reports,
        }
    }

    /// Records that an operation, which was not tried through this registration, had to wait.
    /// `is_ready` asks the operating system whether it still would.
    pub(super) fn refute(&self, direction: Direction, is_ready: impl FnOnce() -> bool) {
        self.registry.take();
        let mut known = lock(&self.state.0);
        // What happens from here on will be reported.
        if !is_ready() {
            known.ready = known.ready - (direction.until() - Ready::CLOSED);
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        // SAFETY: as in `new`.
        let fd = unsafe { BorrowedFd::borrow_raw(self.fd) };
        self.registry.edges.remove(fd, self.interest);
        let removed = lock(&self.registry.registered).states.remove(&self.key);
        drop(removed);
    }
}

/// Something that a registration was ready for.
#[derive(Debug)]
pub(crate) struct Event {
    state: Arc<State>,
    ready: Ready,
    reports: u64,
}

impl source::Event for Event {
    fn ready(&self) -> Ready {
        self.ready
    }

    fn clear(&mut self, ready: Ready) {
        let mut known = lock(&self.state.0);
        if known.reports == self.reports {
            known.ready = known.ready - ((self.ready & ready) - Ready::CLOSED);
        }
        self.ready = self.ready - ready;
    }
}

impl source::Registration for Registration {
    type Event = Event;

    fn poll_ready(&self, direction: Direction, cx: &mut Context<'_>) -> Poll<io::Result<Event>> {
        ready!(budget::poll(cx));
        self.home.check()?;
        let place = self.home.begin_wait(cx, |home| {
            &self.places.get_or_init(|| Place::pair(home))[direction as usize]
        });
        // Cloned before the lock is taken, because a clone of a foreign waker may do anything.
        let mut waker = Some(waker(&place, cx));
        let mut known = lock(&self.state.0);
        let until = direction.until();
        if (known.ready & until).is_empty() {
            mem::swap(&mut known.polling[direction as usize], &mut waker);
            drop(known);
            place?;
            #[cfg(feature = "test-util")]
            self.marks.set(direction, Mark::new(self.fd, direction));
            return Poll::Pending;
        }
        let event = self.event(known, until);
        if let Ok(Some(place)) = place {
            place.clear();
        }
        #[cfg(feature = "test-util")]
        self.marks.set(direction, None);
        budget::spend();
        Poll::Ready(Ok(event))
    }

    async fn ready(&self, interest: Interest) -> io::Result<Event> {
        poll_fn(budget::poll).await;
        let event = Wait {
            registration: self,
            until: Ready::that_satisfies(interest),
            key: None,
            place: OnceLock::new(),
            #[cfg(feature = "test-util")]
            _marks: [
                (interest.is_readable(), Direction::Read),
                (interest.is_writable(), Direction::Write),
            ]
            .map(|(waits, direction)| waits.then(|| Mark::new(self.fd, direction)).flatten()),
        }
        .await;
        budget::spend();
        event
    }

    fn try_io<R>(
        &self,
        interest: Interest,
        operation: impl FnOnce() -> io::Result<R>,
    ) -> io::Result<R> {
        let Some(mut event) = self.now(Ready::that_satisfies(interest)) else {
            return Err(io::ErrorKind::WouldBlock.into());
        };
        let done = operation();
        if done.as_ref().is_err_and(would_block) {
            source::Event::clear(&mut event, Ready::ALL);
        }
        done
    }
}

/// Returns what is to be woken: the place of the task's waker, if there is one.
fn waker(place: &io::Result<Option<&Arc<Place>>>, cx: &Context<'_>) -> Waker {
    match place {
        Ok(Some(place)) => Waker::from((*place).clone()),
        _ => cx.waker().clone(),
    }
}

/// Waits for readiness.
struct Wait<'a> {
    registration: &'a Registration,
    until: Ready,
    /// The key in `waiting`.
    key: Option<usize>,
    /// Where the waker is kept elsewhere.
    place: OnceLock<Arc<Place>>,
    #[cfg(feature = "test-util")]
    _marks: [Option<Mark>; 2],
}

impl Future for Wait<'_> {
    type Output = io::Result<Event>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<Event>> {
        let this = &mut *self;
        let Self {
            registration,
            place,
            ..
        } = &*this;
        registration.home.check()?;
        let place = registration
            .home
            .begin_wait(cx, |home| place.get_or_init(|| Place::new(home)));
        let mut waker = Some(waker(&place, cx));
        let mut known = lock(&this.registration.state.0);
        let is_woken = this
            .key
            .is_some_and(|key| known.waiting[key].waker.is_none());
        // After a report this ends even if another task has cleared it, so that every task that was
        // waiting has a turn.
        if is_woken || !(known.ready & this.until).is_empty() {
            return Poll::Ready(Ok(this.registration.event(known, this.until)));
        }
        place?;
        match this.key {
            Some(key) => mem::swap(&mut known.waiting[key].waker, &mut waker),
            None => {
                this.key = Some(known.waiting.insert(Waiting {
                    until: this.until,
                    waker: waker.take(),
                }));
            }
        }
        drop(known);
        Poll::Pending
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            let mut known = lock(&self.registration.state.0);
            let removed = known.waiting.remove(key);
            drop(known);
            drop(removed);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
