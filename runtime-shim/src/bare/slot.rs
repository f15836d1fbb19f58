//! A place for a task, and what happens to the task in it.
//!
//! A slot is a task of Embassy's (the [`Driver`]), a state, and bytes. The bytes hold the future, and
//! when it has ended its output. Who may touch them is told by the phase, which changes in a critical
//! section; what can run code of others (a poll, a destructor, a waker) is done outside of it.
//!
//! Embassy's task is spawned when the slot is used first and never ends, and so another future can
//! take the slot at any time. Were it to end, a waker of its last future could put it into the run
//! queue once more, and Embassy would refuse to spawn it until it is out of there.

use core::cell::{Cell, UnsafeCell};
use core::convert::Infallible;
use core::future::Future;
use core::mem::{MaybeUninit, offset_of};
use core::pin::Pin;
use core::ptr::{self, NonNull};
use core::task::{Context, Poll, Waker, ready};

use critical_section::{CriticalSection, Mutex};
use embassy_executor::SendSpawner;
use embassy_executor::raw::{AvailableTask, TaskRef, TaskStorage, task_from_waker, wake_task};

use crate::task::Id;

/// A slot whose bytes are in it.
#[repr(C)]
pub(super) struct Slot<const SIZE: usize> {
    header: Header,
    bytes: Bytes<SIZE>,
}

/// How the bytes of a slot are aligned.
pub(super) const ALIGN: usize = 8;

#[repr(C, align(8))]
struct Bytes<const SIZE: usize>(UnsafeCell<MaybeUninit<[u8; SIZE]>>);

// SAFETY: the bytes are reached by one at a time, whom the phase names, and hold what is `Send`.
unsafe impl<const SIZE: usize> Sync for Bytes<SIZE> {}

/// What each slot begins with.
#[repr(C)]
pub(super) struct Header {
    driver: TaskStorage<Driver>,
    state: Mutex<State>,
}

struct State {
    /// Goes up whenever the slot is freed: an [`Abort`] of a task that is no more does nothing.
    generation: Cell<u32>,
    phase: Cell<Phase>,
    /// Whether there is a [`Task`], which is to have the output.
    is_wanted: Cell<bool>,
    is_aborted: Cell<bool>,
    /// Whether Embassy's task has been spawned.
    is_driven: Cell<bool>,
    /// What can be done with the future and the output; from the start of the task to its release.
    step: Cell<Option<Step>>,
    /// Embassy's task, from its first poll on.
    driver: Cell<Option<TaskRef>>,
    joiner: Cell<Option<Waker>>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Phase {
    /// Nobody has it. Zero, so that a pool in a static takes no room in the image.
    Free = 0,
    /// Somebody has it and has not started a task, or is about to.
    Claimed,
    /// The bytes are the future, which waits or has not been polled.
    Waiting,
    /// The driver has the bytes.
    Driven,
    /// The bytes are the output, for the `Task`.
    Done,
    /// The bytes are nothing any more, and the `Task` is to be told.
    Cancelled,
    /// Whoever saw the end has the bytes.
    Released,
}

/// What can be done with the future or the output in a slot, of whatever type.
pub(super) enum Op<'a, 'b> {
    /// Polls the future. When that is ready the future is dropped and the output is in its place.
    Poll(&'a mut Context<'b>),
    DropFuture,
    DropOutput,
    /// Moves the output to there.
    Take(*mut ()),
    /// Gives the slot back. The bytes hold nothing.
    Release,
}

pub(super) type Step = unsafe fn(NonNull<Header>, Op<'_, '_>) -> Poll<()>;

/// Where the bytes of a slot are.
pub(super) trait Store {
    /// # Safety
    ///
    /// The slot is one of this kind, whole, and the caller has its bytes.
    unsafe fn bytes(slot: NonNull<Header>) -> *mut u8;

    /// # Safety
    ///
    /// As `bytes`, and the bytes hold nothing and were for a future of type `F`.
    unsafe fn release<F: Future>(slot: NonNull<Header>);
}

/// The slot's own.
pub(super) enum Inline {}

impl Store for Inline {
    unsafe fn bytes(slot: NonNull<Header>) -> *mut u8 {
        // SAFETY: the caller has a whole `Slot`, and the offset is the same whatever its size.
        unsafe { slot.as_ptr().byte_add(offset_of!(Slot<0>, bytes)).cast() }
    }

    unsafe fn release<F: Future>(slot: NonNull<Header>) {
        // SAFETY: a slot lives for ever.
        critical_section::with(|cs| unsafe { slot.as_ref() }.free(cs));
    }
}

/// # Safety
///
/// The slot is one of `S`, the caller has its bytes, they can hold an `F` and its output, and hold what
/// `op` is about.
pub(super) unsafe fn step<F: Future, S: Store>(slot: NonNull<Header>, op: Op<'_, '_>) -> Poll<()> {
    // SAFETY: passed on.
    let bytes = unsafe { S::bytes(slot) };
    let future = bytes.cast::<F>();
    let output = bytes.cast::<F::Output>();
    // SAFETY: the bytes hold the future or the output. The future stays where it is until it is
    // dropped.
    unsafe {
        match op {
            Op::Poll(cx) => {
                let ready = ready!(Pin::new_unchecked(&mut *future).poll(cx));
                ptr::drop_in_place(future);
                output.write(ready);
            }
            Op::DropFuture => ptr::drop_in_place(future),
            Op::DropOutput => ptr::drop_in_place(output),
            Op::Take(to) => ptr::copy_nonoverlapping(output, to.cast(), 1),
            Op::Release => S::release::<F>(slot),
        }
    }
    Poll::Ready(())
}

impl<const SIZE: usize> Slot<SIZE> {
    pub(super) const fn new() -> Self {
        Self {
            header: Header::new(false),
            bytes: Bytes(UnsafeCell::new(MaybeUninit::uninit())),
        }
    }

    /// The right to start a task here, if nobody has it.
    pub(super) fn claim(&'static self) -> Option<Place> {
        critical_section::with(|cs| self.header.claim(cs))
            // Of the whole slot, for the bytes after the header.
            .then(|| Place(NonNull::from(self).cast()))
    }
}

impl Header {
    pub(super) const fn new(is_claimed: bool) -> Self {
        Self {
            driver: TaskStorage::new(),
            state: Mutex::new(State {
                generation: Cell::new(0),
                phase: Cell::new(if is_claimed {
                    Phase::Claimed
                } else {
                    Phase::Free
                }),
                is_wanted: Cell::new(false),
                is_aborted: Cell::new(false),
                is_driven: Cell::new(false),
                step: Cell::new(None),
                driver: Cell::new(None),
                joiner: Cell::new(None),
            }),
        }
    }

    fn with<T>(&self, f: impl FnOnce(&State) -> T) -> T {
        critical_section::with(|cs| f(self.state.borrow(cs)))
    }

    /// Takes the slot if nobody has it.
    pub(super) fn claim(&self, cs: CriticalSection<'_>) -> bool {
        let state = self.state.borrow(cs);
        let is_free = state.phase.get() == Phase::Free;
        if is_free {
            state.phase.set(Phase::Claimed);
        }
        is_free
    }

    /// Lets others take the slot.
    pub(super) fn free(&self, cs: CriticalSection<'_>) {
        let state = self.state.borrow(cs);
        state.generation.set(state.generation.get().wrapping_add(1));
        state.step.set(None);
        state.phase.set(Phase::Free);
    }
}

impl State {
    fn id(&self, slot: NonNull<Header>) -> Id {
        id(slot, self.generation.get())
    }

    fn has_ended(&self) -> bool {
        matches!(
            self.phase.get(),
            Phase::Done | Phase::Cancelled | Phase::Released
        )
    }

    /// Whom to wake so that the task ends.
    fn abort(&self) -> Option<TaskRef> {
        if !matches!(self.phase.get(), Phase::Waiting | Phase::Driven) {
            return None;
        }
        self.is_aborted.set(true);
        // Before its first poll it is in the run queue anyway.
        self.driver.get()
    }
}

/// The place tells tasks apart that live at the same time; the generation those after another.
fn id(slot: NonNull<Header>, generation: u32) -> Id {
    Id::native(slot.as_ptr().addr() as u64 ^ u64::from(generation) << 47)
}

/// Starts the task whose future is in the slot.
///
/// # Safety
///
/// The caller has claimed the slot, and `step` is for what it holds.
pub(super) unsafe fn start(slot: NonNull<Header>, step: Step, spawner: SendSpawner) -> Task {
    // SAFETY: a slot lives for ever.
    let header: &'static Header = unsafe { slot.as_ref() };
    let (is_driven, driver) = header.with(|state| {
        state.step.set(Some(step));
        state.is_wanted.set(true);
        state.is_aborted.set(false);
        state.phase.set(Phase::Waiting);
        (state.is_driven.replace(true), state.driver.get())
    });
    if !is_driven {
        // Nobody else claims it, so it is free.
        if let Some(task) = AvailableTask::claim(&header.driver) {
            spawner.spawn(task.initialize(|| Driver(slot)));
        }
    } else if let Some(driver) = driver {
        wake_task(driver);
    }
    Task(slot)
}

/// The right to start a task in a slot of a pool; given back when it is dropped.
pub(super) struct Place(NonNull<Header>);

// SAFETY: it is a reference to a header, which is `Sync`, and to bytes that nobody reads.
unsafe impl Send for Place {}
// SAFETY: as above.
unsafe impl Sync for Place {}

impl Place {
    /// Starts a task here.
    ///
    /// # Panics
    ///
    /// If there is no executor.
    ///
    /// # Safety
    ///
    /// The slot has room for the future and for its output.
    #[track_caller]
    pub(super) unsafe fn start<F>(self, future: F) -> Task
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let spawner = super::ambient::spawner();
        let slot = self.0;
        core::mem::forget(self);
        // SAFETY: the slot is claimed, by the place that is no more.
        unsafe {
            Inline::bytes(slot).cast::<F>().write(future);
            start(slot, step::<F, Inline>, spawner)
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // SAFETY: a slot lives for ever.
        critical_section::with(|cs| unsafe { self.0.as_ref() }.free(cs));
    }
}

/// What Embassy polls: whichever future is in the slot.
struct Driver(NonNull<Header>);

// SAFETY: the futures that it polls are `Send`, and so are their outputs.
unsafe impl Send for Driver {}

impl Future for Driver {
    type Output = Infallible;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Infallible> {
        let slot = self.0;
        // SAFETY: a slot lives for ever.
        let header = unsafe { slot.as_ref() };
        let begun = header.with(|state| {
            if state.driver.get().is_none() {
                state.driver.set(Some(task_from_waker(cx.waker())));
            }
            // Else it was woken for a task that is no more.
            if state.phase.get() != Phase::Waiting {
                return None;
            }
            // If the poll unwinds it stays so, and nothing is done with the future any more.
            state.phase.set(Phase::Driven);
            Some((state.step.get()?, state.is_aborted.get()))
        });
        let Some((step, is_aborted)) = begun else {
            return Poll::Pending;
        };
        // SAFETY: the bytes are the driver's, and hold the future.
        let end = if !is_aborted && unsafe { step(slot, Op::Poll(cx)) }.is_ready() {
            Phase::Done
        } else {
            let is_aborted = header.with(|state| {
                let is_aborted = state.is_aborted.get();
                if !is_aborted {
                    state.phase.set(Phase::Waiting);
                }
                is_aborted
            });
            if !is_aborted {
                return Poll::Pending;
            }
            // SAFETY: as above.
            let _ready = unsafe { step(slot, Op::DropFuture) };
            Phase::Cancelled
        };
        finish(slot, step, end);
        Poll::Pending
    }
}

/// Publishes the end of a task.
fn finish(slot: NonNull<Header>, step: Step, end: Phase) {
    // SAFETY: a slot lives for ever.
    let header = unsafe { slot.as_ref() };
    let joiner = header.with(|state| {
        if !state.is_wanted.get() {
            state.phase.set(Phase::Released);
            return Err(end);
        }
        state.phase.set(end);
        Ok(state.joiner.take())
    });
    match joiner {
        Ok(Some(joiner)) => joiner.wake(),
        Ok(None) => {}
        // SAFETY: there is no `Task`, so the bytes are still the driver's.
        Err(end) => unsafe { release(slot, step, end) },
    }
}

/// Drops what a task left, and frees its slot.
///
/// # Safety
///
/// The caller has the bytes of the slot, in which the task ended so.
unsafe fn release(slot: NonNull<Header>, step: Step, end: Phase) {
    // SAFETY: the caller has the bytes, and they are the output after `Done` only.
    unsafe {
        if end == Phase::Done {
            let _ready = step(slot, Op::DropOutput);
        }
        let _ready = step(slot, Op::Release);
    }
}

/// A task and the right to its output.
pub(super) struct Task(NonNull<Header>);

// SAFETY: what it reaches is in a critical section, but for the output, which `JoinHandle` speaks for.
unsafe impl Send for Task {}
// SAFETY: as above.
unsafe impl Sync for Task {}

impl Task {
    fn header(&self) -> &'static Header {
        // SAFETY: a slot lives for ever.
        unsafe { self.0.as_ref() }
    }

    pub(super) fn abort(&self) {
        if let Some(driver) = self.header().with(State::abort) {
            wake_task(driver);
        }
    }

    pub(super) fn abort_handle(&self) -> Abort {
        Abort {
            slot: self.0,
            generation: self.header().with(|state| state.generation.get()),
        }
    }

    pub(super) fn is_finished(&self) -> bool {
        self.header().with(State::has_ended)
    }

    pub(super) fn id(&self) -> Id {
        self.header().with(|state| state.id(self.0))
    }

    /// The output, or nothing if the task was cancelled, and whose it was.
    ///
    /// # Safety
    ///
    /// The output is a `T`. This is the last use after it was ready: not even dropped.
    pub(super) unsafe fn poll<T>(&self, cx: &mut Context<'_>) -> Poll<(Id, Option<T>)> {
        let mut joiner = Some(cx.waker().clone());
        // What is left of the wakers is dropped after the critical section.
        let ended = self.header().with(|state| {
            if !state.has_ended() {
                joiner = state.joiner.replace(joiner.take());
                return None;
            }
            let id = state.id(self.0);
            Some((id, state.step.get()?, state.phase.replace(Phase::Released)))
        });
        let Some((id, step, end)) = ended else {
            return Poll::Pending;
        };
        let mut output = MaybeUninit::<T>::uninit();
        // SAFETY: the task has ended and its bytes are those of the `Task`. They hold a `T` if it was
        // done, and nothing after that is taken.
        Poll::Ready(unsafe {
            let output = if end == Phase::Done {
                let _ready = step(self.0, Op::Take(output.as_mut_ptr().cast()));
                Some(output.assume_init())
            } else {
                None
            };
            let _ready = step(self.0, Op::Release);
            (id, output)
        })
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        let mut joiner = None;
        let ended = self.header().with(|state| {
            joiner = state.joiner.take();
            if state.has_ended() {
                Some((state.step.get()?, state.phase.replace(Phase::Released)))
            } else {
                state.is_wanted.set(false);
                None
            }
        });
        drop(joiner);
        if let Some((step, end)) = ended {
            // SAFETY: the task has ended, and its bytes are those of the `Task`.
            unsafe { release(self.0, step, end) }
        }
    }
}

/// The right to abort a task.
#[derive(Clone, Copy)]
pub(super) struct Abort {
    slot: NonNull<Header>,
    generation: u32,
}

// SAFETY: it is a reference to a header, which is `Sync`.
unsafe impl Send for Abort {}
// SAFETY: as above.
unsafe impl Sync for Abort {}

impl Abort {
    /// What `f` says of the task, if it is still there.
    fn with<T>(&self, f: impl FnOnce(&State) -> T) -> Option<T> {
        // SAFETY: a slot lives for ever.
        unsafe { self.slot.as_ref() }
            .with(|state| (state.generation.get() == self.generation).then(|| f(state)))
    }

    pub(super) fn abort(&self) {
        if let Some(driver) = self.with(State::abort).flatten() {
            wake_task(driver);
        }
    }

    pub(super) fn is_finished(&self) -> bool {
        self.with(State::has_ended).unwrap_or(true)
    }

    pub(super) fn id(&self) -> Id {
        id(self.slot, self.generation)
    }
}
