//! The ways in which a handle is used up.

use futures::channel::oneshot;
use portable::task::yield_now;
use portable::time::{Duration, sleep, timeout};

use super::source::{Launched, Source};
use crate::job::Job;

/// Uses up the handle in a random way.
pub(crate) async fn settle(source: &mut Source, launched: Launched) {
    let Launched {
        mut job,
        ends,
        body,
        is_same_thread,
    } = launched;
    match source.rng.u8(..18) {
        0..4 if ends => {
            source.note(body, "awaited");
            job.await;
        }
        4 if ends => {
            source.note(body, "awaited under a timeout, then without");
            let limit = moment(source);
            if timeout(limit, &mut job).await.is_err() {
                job.await;
            }
        }
        5 => {
            source.note(body, "dropped by a timeout");
            let limit = moment(source);
            let _ = timeout(limit, job).await;
        }
        6 if ends => {
            source.note(body, "awaited by another task");
            let (outer, _) = source.start(|_| async {
                job.await;
            });
            outer.await;
        }
        7 if ends && source.depth == 0 => {
            source.note(body, "awaited by a plain thread");
            from_plain_thread(source, job).await;
        }
        8..10 => {
            source.note(body, "detached");
        }
        10 => {
            source.note(body, "aborted before its start, awaited");
            job.abort();
            let record = job.record();
            job.await;
            if is_same_thread && record.was_polled() {
                source.world.counters.polled_after_abort.add();
            }
        }
        11 => {
            source.note(body, "aborted, detached");
            job.abort();
        }
        12..14 => {
            source.note(body, "aborted later, awaited");
            turns(source).await;
            job.abort();
            job.await;
        }
        14 => {
            source.note(body, "aborted by a plain thread, awaited");
            if let Some(abort) = job.abort_handle() {
                source.world.helpers.quick(move || abort.abort());
            }
            turns(source).await;
            job.await;
        }
        15 if ends => {
            source.note(body, "aborted after its end, awaited");
            while !job.is_finished() {
                turns(source).await;
            }
            job.abort();
            job.await;
        }
        16 if ends => {
            source.note(body, "awaited, then aborted");
            turns(source).await;
            let abort = job.abort_handle();
            job.await;
            if let Some(abort) = abort {
                abort.check_finished();
                abort.abort();
                abort.check_finished();
            }
        }
        _ => {
            source.note(body, "aborted by a late abort handle, awaited");
            turns(source).await;
            if let Some(abort) = job.abort_handle() {
                drop(abort.clone());
                abort.abort();
            }
            job.await;
        }
    }
}

fn moment(source: &mut Source) -> Duration {
    Duration::from_micros(source.rng.u64(..2_000))
}

/// Lets the task run for a random time or number of turns.
async fn turns(source: &mut Source) {
    match source.rng.u8(..8) {
        0 => sleep(moment(source)).await,
        1..3 => {}
        turns => {
            for _ in 2..turns {
                yield_now().await;
            }
        }
    }
}

async fn from_plain_thread(source: &mut Source, job: Job) {
    let (done, wait) = oneshot::channel();
    let handle = source.world.handle.clone();
    let is_ours = source.rng.bool();
    source.world.helpers.slow(move || {
        if is_ours {
            handle.block_on(job);
        } else {
            futures::executor::block_on(job);
        }
        // The receiver may be gone.
        let _ = done.send(());
    });
    let _ = wait.await;
}
