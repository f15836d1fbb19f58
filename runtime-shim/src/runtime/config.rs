//! The checked settings of a runtime.

use std::io;
use std::num::NonZeroUsize;
use std::time::Duration;

use super::builder::Choice;
use super::hooks::{Hooks, ThreadName};
#[cfg(feature = "custom")]
use super::table::IS_PINNED;
use super::table::{CHOICES, Choices, Kind, NAMES};
use super::{Builder, fork};

/// Chooses the runtime when the program is launched, unless the program itself does.
const RUNTIME: &str = "PORTABLE_RUNTIME";

/// Overrides the number of worker threads when the program is launched.
const WORKER_THREADS: &str = "PORTABLE_WORKER_THREADS";

/// The greatest number of workers. A runtime allocates the state of each at its start.
const MOST_WORKERS: usize = 0x7fff;

/// The greatest number of threads. No system has more, so a greater number means no limit.
const MOST_THREADS: usize = 0x40_0000;

/// The greatest number of tasks after which a thread looks elsewhere. With more of them that are
/// always ready, the others would hardly get a turn.
const LONGEST: u32 = 10_000;

/// The greatest number of events that are taken at once. Tokio keeps a place for each.
const MOST_EVENTS: usize = 0x1_0000;

/// The threads that tasks run on.
///
/// Equivalent to `tokio::runtime::RuntimeFlavor`, which is its name here too.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Flavor {
    /// Tasks run on worker threads, as many as there are cores by default.
    MultiThread,
    /// Tasks run on the thread that is inside `block_on`.
    CurrentThread,
}

/// The settings of a [`Builder`], checked and with every default filled in.
///
/// A [`Backend`](super::Backend) is built from it.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(super) kind: Kind,
    /// The name of the runtime itself, not of its threads. It is not empty.
    pub(super) name: Option<String>,
    /// The threads that tasks run on.
    pub(super) flavor: Flavor,
    /// Whether the multi-thread flavour was asked for, which a runtime may not have.
    #[cfg_attr(not(feature = "_executor"), allow(dead_code))]
    pub(super) is_multi_thread: bool,
    /// The number of threads that poll tasks, at least one. Unused on [`Flavor::CurrentThread`].
    #[cfg_attr(not(any(feature = "tokio", feature = "_workers")), allow(dead_code))]
    pub(super) worker_threads: usize,
    /// The names of the threads that the runtime starts.
    pub(super) thread_name: ThreadName,
    /// The stack size, in bytes, of every thread that the runtime starts, or `None` for the
    /// standard library's default (2 MiB).
    pub(super) thread_stack_size: Option<usize>,
    /// The greatest number of threads that run blocking closures, at least one.
    pub(super) max_blocking_threads: usize,
    /// The time for which a thread waits for a closure before it ends.
    pub(super) thread_keep_alive: Duration,
    /// The time that the end of the runtime waits for running closures and polls.
    pub(super) shutdown_timeout: Duration,
    /// The flavour of the Tokio runtime for dependencies that need one.
    #[cfg(feature = "tokio-context")]
    #[cfg_attr(not(feature = "_executor"), allow(dead_code))]
    pub(super) tokio_context: Flavor,
    /// The functions that the threads call.
    pub(super) hooks: Hooks,
    /// The number of tasks after which a thread checks timers and sockets, at least one.
    pub(super) event_interval: Option<u32>,
    /// The number of tasks after which a thread takes one from the shared queue, at least one.
    pub(super) global_queue_interval: Option<u32>,
    /// The greatest number of events that a thread takes at once, at least one.
    #[cfg_attr(not(all(feature = "tokio", feature = "_reactor")), allow(dead_code))]
    pub(super) max_io_events: Option<usize>,
    /// The same for a thread that has tasks to poll.
    #[cfg_attr(not(all(feature = "tokio", feature = "_reactor")), allow(dead_code))]
    pub(super) max_io_events_busy: Option<usize>,
    /// Whether the runtime has a clock that can be paused, where it is not Tokio's.
    #[cfg(feature = "test-util")]
    #[cfg_attr(not(feature = "_executor"), allow(dead_code))]
    pub(super) has_clock: bool,
    /// Whether the clock is paused from the start.
    #[cfg(feature = "test-util")]
    pub(super) start_paused: bool,
    /// The runtime of the user's own, if `kind` is [`Kind::Custom`].
    #[cfg(feature = "custom")]
    pub(super) custom: Option<super::custom::Shared>,
}

impl Config {
    pub(super) fn check(builder: &Builder) -> io::Result<Self> {
        fork::check()?;
        let kind = match &builder.choice {
            Choice::Preferred => preferred()?,
            Choice::Named(name) => named(name, "`runtime`")?,
            #[cfg(feature = "custom")]
            Choice::Custom(_) => custom()?,
        };
        let has_own_threads = builder.has_own_threads();
        let worker_threads = match (builder.flavor, builder.worker_threads) {
            (_, Some(_)) if has_own_threads => {
                return Err(invalid(
                    "`worker_threads` is for the runtimes of portable, and a custom runtime starts \
                     its threads itself: leave `worker_threads` out",
                ));
            }
            (_, None) if has_own_threads => 1,
            (Flavor::CurrentThread, Some(_)) => {
                return Err(invalid(
                    "`worker_threads` needs the multi-thread flavour: use \
                     `Builder::new_multi_thread()` or leave `worker_threads` out",
                ));
            }
            (Flavor::CurrentThread, None) => 1,
            (Flavor::MultiThread, Some(0)) => {
                return Err(invalid("`worker_threads` must be at least 1"));
            }
            (Flavor::MultiThread, said) => match from_environment()? {
                Some(count) if count.get() > MOST_WORKERS => {
                    return Err(invalid(&format!(
                        "{WORKER_THREADS} must be at most {MOST_WORKERS}, not {count}"
                    )));
                }
                Some(count) => count.get(),
                None => said.unwrap_or_else(cores),
            },
        };
        if worker_threads > MOST_WORKERS {
            return Err(invalid(&format!(
                "`worker_threads` must be at most {MOST_WORKERS}, not {worker_threads}"
            )));
        }
        #[cfg(feature = "test-util")]
        let has_clock = builder.flavor == Flavor::CurrentThread && !has_own_threads;
        #[cfg(feature = "test-util")]
        if builder.start_paused && !has_clock {
            return Err(invalid(match has_own_threads {
                true => {
                    "`start_paused` is for the runtimes of portable, not for a custom one: leave it out"
                }
                false => {
                    "`start_paused` needs the current-thread flavour: use `flavor = \"current_thread\"` \
                     or `Builder::new_current_thread()`"
                }
            }));
        }
        if builder.max_blocking_threads == 0 {
            return Err(invalid("`max_blocking_threads` must be at least 1"));
        }
        if let Some(bytes) = builder.thread_stack_size {
            check_stack_size("thread_stack_size", bytes)?;
        }
        for (name, interval) in [
            ("event_interval", builder.event_interval),
            ("global_queue_interval", builder.global_queue_interval),
        ] {
            if interval == Some(0) {
                return Err(invalid(&format!("`{name}` must be at least 1")));
            }
        }
        for (name, count) in [
            ("max_io_events_per_tick", builder.max_io_events),
            ("max_io_events_per_busy_tick", builder.max_io_events_busy),
        ] {
            if count == Some(0) {
                return Err(invalid(&format!("`{name}` must be at least 1")));
            }
        }
        if let ThreadName::Always(name) = &builder.thread_name
            && name.contains('\0')
        {
            return Err(invalid("`thread_name` must not contain a NUL character"));
        }
        // Tokio rejects such a name too, by a panic.
        if let Some(name) = &builder.name
            && name.chars().all(char::is_whitespace)
        {
            return Err(invalid("`name` must not be empty"));
        }
        Ok(Self {
            name: builder.name.clone(),
            kind,
            flavor: builder.flavor,
            is_multi_thread: builder.flavor == Flavor::MultiThread,
            worker_threads,
            thread_name: builder.thread_name.clone(),
            thread_stack_size: builder.thread_stack_size,
            max_blocking_threads: builder.max_blocking_threads.min(MOST_THREADS),
            thread_keep_alive: builder.thread_keep_alive,
            shutdown_timeout: builder.shutdown_timeout,
            #[cfg(feature = "tokio-context")]
            tokio_context: builder.tokio_context,
            hooks: builder.hooks.clone(),
            event_interval: builder.event_interval.map(|tasks| tasks.min(LONGEST)),
            global_queue_interval: builder
                .global_queue_interval
                .map(|tasks| tasks.min(LONGEST)),
            max_io_events: builder.max_io_events.map(|count| count.min(MOST_EVENTS)),
            max_io_events_busy: builder
                .max_io_events_busy
                .map(|count| count.min(MOST_EVENTS)),
            #[cfg(feature = "test-util")]
            has_clock,
            #[cfg(feature = "test-util")]
            start_paused: builder.start_paused,
            #[cfg(feature = "custom")]
            custom: match &builder.choice {
                Choice::Custom(custom) => Some(custom.clone()),
                _ => None,
            },
        })
    }
}

/// Returns the runtime that is built when the program does not choose one.
pub(super) fn preferred() -> io::Result<Kind> {
    match std::env::var_os(RUNTIME) {
        Some(name) => named(&name.to_string_lossy(), RUNTIME),
        None => CHOICES.first().copied().ok_or_else(|| {
            #[cfg(feature = "custom")]
            return io::Error::new(
                io::ErrorKind::Unsupported,
                "portable: the only runtime that is compiled in is `custom`, which is one of your \
                 own: pass it by `#[portable::main(runtime = …)]` or `Builder::new_custom`, or \
                 enable the feature of another runtime",
            );
            #[cfg(not(feature = "custom"))]
            io::Error::new(
                io::ErrorKind::Unsupported,
                format!(
                    "portable: no runtime is compiled in; in the application's Cargo.toml enable \
                     a feature of `portable`: {}",
                    NAMES.join(", ")
                ),
            )
        }),
    }
}

fn named(name: &str, place: &str) -> io::Result<Kind> {
    Kind::named(name).ok_or_else(|| {
        let why = if NAMES.contains(&name) {
            "is not compiled in"
        } else if name == "custom" {
            "stands for a runtime of the program's own and is not started by a name, but by \
             `#[portable::main(runtime = …)]` or `Builder::new_custom`"
        } else {
            "is no runtime of portable"
        };
        if CHOICES.is_empty() {
            return invalid(&format!("{place} is {name:?}, which {why}"));
        }
        invalid(&format!(
            "{place} is {name:?}, which {why}; there is {Choices}"
        ))
    })
}

/// Returns the kind of a runtime that was passed in.
#[cfg(feature = "custom")]
fn custom() -> io::Result<Kind> {
    if IS_PINNED {
        return Err(invalid(
            "this build has `--cfg portable_runtime` in RUSTFLAGS, which leaves no choice, and so \
             no place for a custom runtime: build it without",
        ));
    }
    Ok(Kind::Custom)
}

/// Counts cores only if a runtime has workers, because counting takes much code.
fn cores() -> usize {
    if cfg!(not(any(feature = "tokio", feature = "_workers"))) {
        return 1;
    }
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

fn from_environment() -> io::Result<Option<NonZeroUsize>> {
    let Some(value) = std::env::var_os(WORKER_THREADS) else {
        return Ok(None);
    };
    let count = value.to_str().and_then(|text| text.parse().ok());
    match count.and_then(NonZeroUsize::new) {
        Some(count) => Ok(Some(count)),
        None => Err(invalid(&format!(
            "{WORKER_THREADS} must be a whole number of at least 1, not {value:?}"
        ))),
    }
}

/// Rejects a stack that is bigger than the address space. The standard library would overflow when
/// it rounds the size.
pub(crate) fn check_stack_size(argument: &str, bytes: usize) -> io::Result<()> {
    if isize::try_from(bytes).is_err() {
        return Err(invalid(&format!(
            "`{argument}` must be at most {}, not {bytes}",
            isize::MAX
        )));
    }
    Ok(())
}

#[cold]
fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("portable: {what}"))
}
