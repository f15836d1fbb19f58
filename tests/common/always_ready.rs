//! Checks of fairness for loops of operations that are always ready.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use portable::task;
use portable::time::{Duration, sleep, timeout};

const SOON: Duration = Duration::from_millis(50);

/// A flag that ends a loop.
#[derive(Clone, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Returns a flag that a task sets soon, beside the loop.
    fn soon() -> Self {
        let stop = Self::default();
        task::spawn({
            let stop = stop.clone();
            async move {
                sleep(SOON).await;
                stop.0.store(true, Ordering::SeqCst);
            }
        });
        stop
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// Asserts that timers fire beside the loop and around it: in `main`, in tasks on all workers, and
/// in a local task.
pub(crate) async fn is_fair<F>(make: impl Fn(Stop) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    make(Stop::soon()).await;
    timeout(SOON, make(Stop::default())).await.unwrap_err();
    for limited in [false, true] {
        let stop = Stop::soon();
        let tasks: Vec<_> = (0..4)
            .map(|_| {
                let future = make(stop.clone());
                let endless = make(Stop::default());
                task::spawn(async move {
                    if limited {
                        timeout(SOON, endless).await.unwrap_err();
                    } else {
                        future.await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    }
    task::spawn_local(make(Stop::soon())).await.unwrap();
    let endless = timeout(SOON, make(Stop::default()));
    task::spawn_local(endless).await.unwrap().unwrap_err();
}

/// Returns how often `future` was pending.
pub(crate) async fn pauses(future: impl Future) -> usize {
    let mut future = pin!(future);
    let mut pauses = 0;
    std::future::poll_fn(|cx| poll(future.as_mut(), cx, &mut pauses)).await;
    pauses
}

fn poll<F: Future>(future: Pin<&mut F>, cx: &mut Context<'_>, pauses: &mut usize) -> Poll<()> {
    let polled = future.poll(cx).map(drop);
    *pauses += usize::from(polled.is_pending());
    polled
}
