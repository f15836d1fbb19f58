//! Tests of the crate futures with our spawners.
#![cfg(feature = "_runtime")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures::channel::oneshot;
use futures::stream::{self, StreamExt};
use futures::task::{Spawn, SpawnExt};
use portable::runtime::{Handle, Runtime};
use portable::time::sleep;

/// A library that knows no runtime.
async fn sum_of_squares(spawner: impl Spawn, up_to: u32) -> u32 {
    let tasks = stream::iter(0..up_to).map(|number| {
        let task = spawner.spawn_with_handle(async move {
            sleep(Duration::from_millis(1)).await;
            number * number
        });
        task.expect("the runtime runs")
    });
    tasks
        .buffer_unordered(16)
        .fold(0, async |sum, square| sum + square)
        .await
}

#[portable::test(timeout = "60s")]
async fn tasks_run_and_are_awaited() {
    assert_eq!(sum_of_squares(Handle::current(), 100).await, 328_350);
    let boxed: Box<dyn Spawn + Send> = Box::new(Handle::current());
    assert_eq!(sum_of_squares(&boxed, 100).await, 328_350);
}

#[portable::test(timeout = "60s")]
async fn a_task_runs_without_a_handle() {
    let (sender, receiver) = oneshot::channel();
    SpawnExt::spawn(&Handle::current(), async move { sender.send(7).unwrap() }).unwrap();
    assert_eq!(receiver.await, Ok(7));
}

/// A value that counts its drops.
struct Dropped(Arc<AtomicU32>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[portable::test(timeout = "60s")]
async fn a_handle_of_futures_that_is_dropped_ends_the_task() {
    let drops = Arc::new(AtomicU32::new(0));
    let dropped = Dropped(drops.clone());
    let task = Handle::current().spawn_with_handle(async move {
        std::future::pending::<()>().await;
        drop(dropped);
    });
    portable::task::yield_now().await;
    drop(task.unwrap());
    while drops.load(Ordering::SeqCst) == 0 {
        sleep(Duration::from_millis(1)).await;
    }
}

#[test]
fn after_the_end_it_is_an_error() {
    let runtime = Runtime::new().unwrap();
    let (sender, receiver) = oneshot::channel();
    SpawnExt::spawn(&runtime, async move { sender.send(7).unwrap() }).unwrap();
    assert_eq!(runtime.block_on(receiver), Ok(7));

    let handle = runtime.handle().clone();
    drop(runtime);
    let drops = Arc::new(AtomicU32::new(0));
    let dropped = Dropped(drops.clone());
    let error = SpawnExt::spawn(&handle, async move { drop(dropped) }).unwrap_err();
    assert!(error.is_shutdown());
    assert_eq!(drops.load(Ordering::SeqCst), 1);
}
