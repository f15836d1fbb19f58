//! The executor that every runtime except Tokio shares.
//!
//! The other runtimes have no executor that could keep the contract. The executors of smol and
//! async-std are global statics: they cannot be emptied at the end of `main`, a destructor that
//! panics while a task is cancelled aborts the process, and each spawn pays for a locked list of
//! tasks. The shared executor uses the same building blocks, [`async_task`] for tasks and
//! [`concurrent_queue`] for run queues, and adds what the contract requires.
//!
//! # How it works
//!
//! An `Instance` is a running runtime. It owns a `Scheduler`, the part that the runtime's tasks and
//! threads share. A scheduler has one of two flavours:
//!
//! - Multi-thread: `Workers` are threads that run tasks. Each worker has its own run queue. When
//!   that is empty, the worker steals from the shared queue and from the other workers. `Idle`
//!   tracks which workers sleep.
//! - Current-thread: `CurrentThread` has the tasks, and one of the threads inside `block_on` runs
//!   them. A task that is woken on this thread goes to a run queue of the thread itself, and a task
//!   that is woken elsewhere goes to the shared queue.
//!
//! A runtime of the user's own is a third way: `Theirs` keeps each task that is to be polled, and the
//! user's runtime gets a `Runnable` that stands for it.
//!
//! On either flavour, each call of `block_on` has a `Driver`, which is its waker, and a `MainLoop`,
//! which polls the future of the call and the tasks of `spawn_local`. Closures of `spawn_blocking`
//! run on a pool of threads of their own.
//!
//! When no task is runnable, a thread parks in the `block_on` of its runtime (see `Park`). A thread
//! that parks with async-io drives the reactor meanwhile.
//!
//! When a runtime ends, it closes its list of tasks. From then on a task that is run ends instead
//! of being polled, and the waiting tasks are woken so that they are run.
//!
//! `docs/design.md` follows a task from `spawn` to its first poll.
//!
//! # Modules
//!
//! Each module builds on those before it:
//!
//! - `sync`: the synchronisation primitives, which the model checker replaces.
//! - `budget`: how many operations a task may do in one poll.
//! - `task`: a task, independent of the scheduler that runs it.
//! - `queue`: the run queue.
//! - `idle`, `workers`: the threads of the multi-thread flavour, and which of them sleep.
//! - `driver`, `current_thread`: a thread inside `block_on`, and the flavour whose tasks it runs.
//! - `theirs`: a runtime of the user's own, which runs the tasks in place of either flavour.
//! - `clock`: the clock of a runtime, which tests pause. `sleep`: a timer that follows it. `hold`: what
//!   keeps it from being advanced, and `awaited`: the descriptors that do so too, which have a
//!   `mark`. `stalled`: a thread
//!   that would wait for ever with a paused clock.
//! - `tokio_clock`: the clock of a Tokio runtime beside ours, which goes with it.
//! - `elsewhere`: who waits for a runtime's descriptors on threads of others.
//! - `closures`: the slot for the threads of `spawn_blocking`.
//! - `park`: how the threads of a runtime wait for a future.
//! - `metered`: how long a thread works, and how often it waits for work.
//! - `tokio_context`: a Tokio runtime beside ours, for dependencies that need one.
//! - `hooked`: the functions that a thread calls around a wait for work.
//! - `scheduler`: a running runtime as its tasks and threads see it. It spawns the tasks.
//! - `blocking`: `spawn_blocking` and its threads.
//! - `local_tasks`: where `spawn_local` goes to, and how such tasks end.
//! - `local_set`: the tasks of a `LocalSet`.
//! - `local`, `main_loop`: the tasks of `spawn_local` of a thread inside `block_on`, and its loop.
//! - `clocked`: the loop and the clock, which is advanced when the loop has nothing to do.
//! - `in_place`: `block_in_place`, and the thread that stands in for the blocked one.
//! - `instance`: one running runtime, from its start to its shutdown.
//! - `shared_executor`: the points in which the runtimes differ, and this crate's traits for all of
//!   them.
//! - `reactor`: timers and sockets, based on async-io.

#[cfg(all(feature = "test-util", feature = "_reactor"))]
mod awaited;
mod blocking;
pub(super) mod budget;
#[cfg(feature = "test-util")]
mod clock;
#[cfg(feature = "test-util")]
mod clocked;
mod closures;
mod current_thread;
mod driver;
#[cfg(feature = "_reactor")]
mod elsewhere;
mod hold;
mod hooked;
#[cfg(feature = "_workers")]
mod idle;
mod in_place;
mod instance;
mod local;
mod local_set;
mod local_tasks;
mod main_loop;
#[cfg(all(feature = "test-util", feature = "_reactor"))]
mod mark;
mod metered;
mod park;
mod queue;
#[cfg(any(feature = "_workers", feature = "_reactor"))]
pub(super) mod reactor;
mod scheduler;
mod shared_executor;
#[cfg(feature = "test-util")]
mod sleep;
#[cfg(feature = "test-util")]
mod stalled;
mod sync;
mod task;
#[cfg(feature = "custom")]
mod theirs;
#[cfg(all(feature = "test-util", feature = "tokio-context"))]
mod tokio_clock;
#[cfg(feature = "tokio-context")]
mod tokio_context;
#[cfg(feature = "_workers")]
mod workers;

pub(super) use self::instance::Handle;
pub(super) use self::park::Park;
pub(super) use self::shared_executor::{SharedExecutor, Timers};
#[cfg(feature = "test-util")]
pub(super) use self::sleep::now as clock_now;
#[cfg(any(feature = "inspect", feature = "tracing"))]
pub(crate) use self::task::foreign::ours as knows_waker;
#[cfg(feature = "custom")]
pub use self::theirs::Runnable;

/// `impl_shared_executor! { Smol, has_workers: true }` implements [`SharedExecutor`] for the runtime
/// of this name, with a fallback of its own. More items of the impl may follow.
macro_rules! impl_shared_executor {
    ($runtime:ident, has_workers: $has_workers:literal $($more:tt)*) => {
        static FALLBACK: $crate::runtime::fallback::FallbackRuntime<$runtime> =
            $crate::runtime::fallback::FallbackRuntime::new();

        impl $crate::runtime::executor::SharedExecutor for $runtime {
            const KIND: $crate::runtime::table::Kind = $crate::runtime::table::Kind::$runtime;
            const HAS_WORKERS: bool = $has_workers;

            fn fallback() -> &'static $crate::runtime::fallback::FallbackRuntime<Self> {
                &FALLBACK
            }

            #[cold]
            fn outside() -> $crate::runtime::executor::Handle {
                FALLBACK.handle()
            }

            $($more)*
        }
    };
}

pub(super) use impl_shared_executor;
