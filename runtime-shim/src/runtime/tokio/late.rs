//! Tasks that are spawned after their runtime has begun to end.

use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use super::counted::Counted;
use super::end::End;
use super::join::JoinHandle;
use crate::runtime::{late, metrics};

/// Like [`spawn`], and counts the task as one of the runtime that has begun to end.
#[cold]
pub(super) fn spawn_counted<F>(end: &Arc<End>, future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    // This thread may poll tasks of another runtime.
    let _counts = metrics::outside();
    let _end = End::enter(Some(end.clone()));
    end.counters().spawned();
    spawn(Box::pin(Counted::new(future)))
}

/// Returns a handle that is cancelled. The future is dropped here, without a poll.
///
/// The runtime itself may still be running on some of its threads.
#[cold]
pub(super) fn spawn<T: Send + 'static>(
    future: Pin<Box<dyn Future<Output = T> + Send>>,
) -> JoinHandle<T> {
    let inside = late::enter();
    let dropped = match &inside {
        Some(_) => future,
        None => {
            late::put_off(Box::new(future));
            Box::pin(pending())
        }
    };
    JoinHandle(ended().spawn(dropped))
}

/// Returns a runtime that has ended.
fn ended() -> &'static tokio::runtime::Handle {
    static ENDED: OnceLock<tokio::runtime::Handle> = OnceLock::new();

    ENDED.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("it has neither threads nor descriptors");
        let handle = runtime.handle().clone();
        runtime.shutdown_background();
        handle
    })
}
