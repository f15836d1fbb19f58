//! Rayon's pool of the process, on which the closures run.

use std::env;
use std::error::Error;
use std::io;
use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::runtime::{fork, refused};

/// Whether the pool is known to be there.
enum Started {
    No,
    Yes,
    /// Rayon tries once. This is the text of its error.
    Refused(String),
}

static STARTED: Mutex<Started> = Mutex::new(Started::No);

/// Makes sure that the pool is there. Rayon starts it at its first use, whose panic would not say
/// what was refused.
///
/// # Panics
///
/// Panics if the operating system refuses the threads.
#[track_caller]
pub(super) fn start() {
    fork::assert();
    // Such a thread may belong to a pool of the user's own.
    if rayon_core::current_thread_index().is_some() {
        return;
    }
    let what = "cannot start rayon's threads for a closure of `spawn_compute`";
    let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    let refused = match &*started {
        Started::Yes => return,
        Started::Refused(text) => io::Error::other(text.clone()),
        Started::No => match build() {
            Ok(()) => {
                *started = Started::Yes;
                return;
            }
            Err((error, is_final)) => {
                if is_final {
                    *started = Started::Refused(format!("{error}; rayon tries only once"));
                }
                error
            }
        },
    };
    drop(started);
    refused::end_call(what, &refused);
}

/// Builds the pool, unless there is one.
///
/// # Errors
///
/// Returns the operating system's error, and whether rayon will try again.
fn build() -> Result<(), (io::Error, bool)> {
    refused::threads(threads(), None).map_err(|error| (error, false))?;
    let name = |index| format!("rayon-{index}");
    match rayon_core::ThreadPoolBuilder::new()
        .thread_name(name)
        .build_global()
    {
        // The other error is that the program has built the pool itself.
        Err(error) if error.source().is_some() => Err((io::Error::other(error.to_string()), true)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Returns the number of threads that rayon starts by default.
fn threads() -> usize {
    let wanted = |name| env::var(name).ok()?.parse().ok().filter(|&n: &usize| n > 0);
    wanted("RAYON_NUM_THREADS")
        .or_else(|| wanted("RAYON_RS_NUM_CPUS"))
        .unwrap_or_else(|| thread::available_parallelism().map_or(1, NonZero::get))
}
