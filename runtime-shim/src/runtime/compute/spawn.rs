//! How a closure gets onto the pool.

use std::sync::Arc;

use super::closures::{Closures, Job, Turn};
use super::handles::JoinHandle;
use super::pool;
use super::task::{self, Task};
use crate::runtime::late;

/// Runs `f` on rayon's pool, as one of the `closures` of a runtime. `within` calls its argument on a
/// thread that it makes one of the runtime's for the time of the call.
///
/// # Panics
///
/// Panics if the operating system refuses the threads of the pool.
#[track_caller]
pub(in crate::runtime) fn spawn<F, T>(
    closures: &Arc<Closures>,
    within: impl FnOnce(&mut dyn FnMut()) + Send + 'static,
    f: F,
) -> crate::task::JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    pool::start();
    let task = Task::new();
    let handle = task::JoinHandle(task.clone());
    let of_job = task.clone();
    let job: Job = Box::new(move |turn| match turn {
        Turn::Run => {
            let mut f = Some(f);
            within(&mut || {
                if let Some(f) = f.take() {
                    of_job.run(f);
                }
            });
        }
        Turn::Cancel => of_job.cancel(f),
    });
    match closures.push(job) {
        Ok(number) => {
            let closures = closures.clone();
            // In the order of the calls, as from a thread outside the pool.
            rayon_core::spawn_fifo(move || closures.run(number));
        }
        Err(job) => cancel_late(job, &task),
    }
    crate::task::JoinHandle(JoinHandle::Closure(handle))
}

/// Cancels a closure that is spawned after the end of its runtime, and drops it here, or a little
/// later if this happens too deep inside other destructors.
#[cold]
fn cancel_late<T: Send + 'static>(job: Job, task: &Task<T>) {
    match late::enter() {
        Some(_inside) => job(Turn::Cancel),
        None => {
            task.cancel_first();
            late::put_off(Box::new(job));
        }
    }
}
