//! The contract: the behaviour that a program may rely on, on every runtime and on both flavours.
//!
//! A folder is a section of `docs/contract.md`, and a file is a line or two of it, which the first
//! line of the file names. `cargo xtask contract` runs all tests in every build that matters, and
//! prints a table at the end.

#![cfg(all(feature = "macros", feature = "_runtime"))]
// What the tests of Unix alone import.
#![cfg_attr(not(unix), allow(unused_imports))]

#[path = "../common/mod.rs"]
mod common;

mod tasks {
    mod abort;
    mod big_futures;
    mod blocking;
    mod errors;
    mod handles;
    mod in_place;
    mod local;
    mod local_runtime;
    mod local_set;
    mod panics;
    mod pools;
    mod start;
    mod turns;
    mod wakers;
    mod wakes;
}

mod entry_point {
    mod annotated;
    mod callbacks;
    mod end;
    mod main_task;
    mod refused;
    mod settings;
    mod shutdown;
}

mod anywhere {
    mod any_thread;
    mod block_on;
    mod enter;
    #[cfg(unix)]
    mod fork;
}

mod seeing_inside {
    #[cfg(feature = "inspect")]
    mod dumps;
    mod metrics;
    #[cfg(all(unix, feature = "inspect", feature = "signal"))]
    mod on_signal;
    #[cfg(feature = "tracing")]
    mod spans;
    #[cfg(feature = "tracing")]
    mod wake_events;
    #[cfg(feature = "inspect")]
    mod watchdog;
}

mod time {
    mod instant;
    mod interval;
    #[cfg(feature = "test-util")]
    mod paused;
    #[cfg(all(
        unix,
        feature = "fs",
        feature = "net",
        feature = "process",
        feature = "test-util"
    ))]
    mod paused_io;
    mod sleep;
    mod timeout;
}

mod fairness {
    #[cfg(feature = "sync")]
    mod channels;
    mod handles;
    #[cfg(all(unix, feature = "process"))]
    mod processes;
    #[cfg(feature = "select")]
    mod select;
    #[cfg(all(unix, feature = "signal"))]
    mod signals;
    #[cfg(all(any(unix, windows), feature = "net"))]
    mod sockets;
    #[cfg(feature = "fs")]
    mod streams;
    mod time;
}

#[cfg(all(unix, feature = "tokio-context", feature = "net"))]
mod dependencies {
    #[cfg(feature = "test-util")]
    mod tokio_clock;
    mod tokio_context;
}

#[cfg(feature = "rayon")]
mod computing {
    mod compute;
}

mod groups {
    mod abort_on_drop;
    mod join_queue;
    mod join_set;
    #[cfg(feature = "select")]
    mod select;
    #[cfg(feature = "sync")]
    mod sync;
    mod task_local;
    #[cfg(feature = "sync")]
    mod tracker;
}

#[cfg(feature = "fs")]
mod streams {
    mod files;
    mod in_memory;
    mod lines;
    mod standard_streams;
    mod wrappers;
}

#[cfg(all(any(unix, windows), feature = "net"))]
mod sockets {
    mod anywhere;
    #[cfg(unix)]
    mod async_fd;
    #[cfg(feature = "tokio-io")]
    mod buffers;
    mod cancel;
    mod ended;
    mod errors;
    mod halves;
    mod many;
    #[cfg(unix)]
    mod pipes;
    mod ready;
    mod tcp;
    mod traits;
    mod udp;
    #[cfg(unix)]
    mod unix;
    #[cfg(unix)]
    mod unix_socket;
}

#[cfg(all(any(unix, windows), feature = "process"))]
mod processes {
    mod children;
    #[cfg(windows)]
    mod on_windows;
}

#[cfg(all(any(unix, windows), feature = "signal"))]
mod signals {
    #[cfg(unix)]
    mod ctrl_c;
    #[cfg(windows)]
    mod on_windows;
    #[cfg(unix)]
    mod shutdown;
}
