//! Channels and locks that are always ready (contract 22).

use std::pin::pin;
use std::sync::Arc;

use crate::common::always_ready::{is_fair, pauses};
use crate::common::{self, on_both_flavors};
use futures::FutureExt;
use portable::sync::{Mutex, OnceCell, RwLock, Semaphore, broadcast, mpsc, oneshot, watch};
use portable::task::{self, TaskTracker};
use portable::time::{Duration, timeout};

on_both_flavors! {
    sending_and_receiving,
    receiving_what_is_there,
    two_tasks_that_send_to_one_another,
    a_lock_that_nobody_else_wants,
    a_lock_to_read,
    permits_of_a_semaphore,
    a_watch_that_is_closed,
    a_watch_that_changes,
    a_broadcast,
    one_shots,
    a_channel_of_a_thread_outside,
    either_of_two_channels,
    a_tracker_without_tasks,
    unconstrained_receives_all_at_once,
    blocking_calls_on_other_threads_have_no_budget,
    a_lock_sees_that_a_budget_is_used_up,
}

async fn sending_and_receiving() {
    is_fair(|stop| async move {
        let (sender, mut receiver) = mpsc::channel(1);
        while !stop.is_set() {
            sender.send(1).await.unwrap();
            receiver.recv().await.unwrap();
        }
    })
    .await;
}

async fn receiving_what_is_there() {
    is_fair(|stop| async move {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        while !stop.is_set() {
            sender.send(1).unwrap();
            receiver.recv().await.unwrap();
        }
    })
    .await;
}

/// Both tasks wait, but neither waits long.
async fn two_tasks_that_send_to_one_another() {
    is_fair(|stop| async move {
        let (sender, mut receiver) = mpsc::channel(64);
        let receives = task::spawn(async move { while receiver.recv().await.is_some() {} });
        while !stop.is_set() {
            sender.send(1).await.unwrap();
        }
        drop(sender);
        receives.await.unwrap();
    })
    .await;
}

async fn a_lock_that_nobody_else_wants() {
    is_fair(|stop| async move {
        let mutex = Mutex::new(0);
        while !stop.is_set() {
            *mutex.lock().await += 1;
        }
    })
    .await;
}

async fn a_lock_to_read() {
    is_fair(|stop| async move {
        let lock = RwLock::new(0);
        while !stop.is_set() {
            let _read = lock.read().await;
            let _other = lock.read().await;
        }
    })
    .await;
}

async fn permits_of_a_semaphore() {
    is_fair(|stop| async move {
        let semaphore = Arc::new(Semaphore::new(1));
        let once = OnceCell::new();
        while !stop.is_set() {
            drop(semaphore.clone().acquire_owned().await.unwrap());
            once.get_or_init(|| async {}).await;
        }
    })
    .await;
}

async fn a_watch_that_is_closed() {
    is_fair(|stop| async move {
        let (sender, mut receiver) = watch::channel(());
        drop(sender);
        while !stop.is_set() {
            receiver.changed().await.unwrap_err();
        }
    })
    .await;
}

async fn a_watch_that_changes() {
    is_fair(|stop| async move {
        let (sender, mut receiver) = watch::channel(0);
        while !stop.is_set() {
            sender.send(1).unwrap();
            receiver.changed().await.unwrap();
        }
    })
    .await;
}

async fn a_broadcast() {
    is_fair(|stop| async move {
        let (sender, mut receiver) = broadcast::channel(4);
        while !stop.is_set() {
            sender.send(1).unwrap();
            receiver.recv().await.unwrap();
        }
    })
    .await;
}

async fn one_shots() {
    is_fair(|stop| async move {
        while !stop.is_set() {
            let (sender, receiver) = oneshot::channel();
            sender.send(1).unwrap();
            receiver.await.unwrap();
        }
    })
    .await;
}

async fn a_channel_of_a_thread_outside() {
    is_fair(|stop| async move {
        let (sender, mut receiver) = mpsc::channel(1024);
        let thread = std::thread::spawn(move || while sender.blocking_send(1).is_ok() {});
        while !stop.is_set() {
            receiver.recv().await.unwrap();
        }
        drop(receiver);
        task::spawn_blocking(|| thread.join())
            .await
            .unwrap()
            .unwrap();
    })
    .await;
}

async fn either_of_two_channels() {
    is_fair(|stop| async move {
        let (one, mut from_one) = mpsc::unbounded_channel();
        let (other, mut from_other) = mpsc::unbounded_channel();
        while !stop.is_set() {
            one.send(1).unwrap();
            other.send(1).unwrap();
            futures::future::select(pin!(from_one.recv()), pin!(from_other.recv())).await;
        }
    })
    .await;
}

async fn a_tracker_without_tasks() {
    is_fair(|stop| async move {
        let tracker = TaskTracker::new();
        tracker.close();
        while !stop.is_set() {
            tracker.wait().await;
        }
    })
    .await;
}

async fn unconstrained_receives_all_at_once() {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    (0..1000).for_each(|n| sender.send(n).unwrap());
    drop(sender);
    let work = async { while receiver.recv().await.is_some() {} };
    assert_eq!(pauses(task::unconstrained(work)).await, 0);
}

async fn blocking_calls_on_other_threads_have_no_budget() {
    let receive = |mut receiver: mpsc::UnboundedReceiver<usize>| {
        move || {
            let mut sum = 0;
            futures::executor::block_on(async {
                while let Some(n) = receiver.recv().await {
                    sum += n;
                }
            });
            sum
        }
    };
    for is_plain in [false, true] {
        let (sender, receiver) = mpsc::unbounded_channel();
        (0..1000).for_each(|n| sender.send(n).unwrap());
        drop(sender);
        let sum = if is_plain {
            let (told, sum) = oneshot::channel();
            let mut receive = receive(receiver);
            std::thread::spawn(move || told.send(receive()));
            sum.await.unwrap()
        } else {
            task::spawn_blocking(receive(receiver)).await.unwrap()
        };
        assert_eq!(sum, 499_500);
    }
    // A budget that a runtime left on the thread is not used after its end.
    let mut another = common::another_builder();
    let ended = task::spawn_blocking(move || {
        another.build().unwrap().block_on(async {
            let mutex = Mutex::new(0);
            for _ in 0..1000 {
                *mutex.lock().await += 1;
            }
        });
        let (sender, mut receiver) = mpsc::unbounded_channel();
        (0..1000).for_each(|n| sender.send(n).unwrap());
        drop(sender);
        futures::executor::block_on(async { while receiver.recv().await.is_some() {} });
    });
    timeout(Duration::from_secs(30), ended)
        .await
        .unwrap()
        .unwrap();
}

async fn a_lock_sees_that_a_budget_is_used_up() {
    for _ in 0..3 {
        task::yield_now().await;
        let mutex = Arc::new(Mutex::new(()));
        let mut lock = Box::pin(async {
            while task::consume_budget().now_or_never().is_some() {}
            mutex.clone().lock_owned().await
        });
        assert!(lock.as_mut().now_or_never().is_none());
        drop(lock);
        assert!(mutex.try_lock().is_ok());
    }
}

#[cfg(test)]
mod exceptions {
    use super::*;
    use portable::sync::{Barrier, CancellationToken, Notify, OnceCell};

    on_both_flavors! { what_is_not_counted }

    async fn what_is_not_counted() {
        let (notify, barrier) = (Notify::new(), Barrier::new(1));
        let (token, cell) = (CancellationToken::new(), OnceCell::new());
        let (closed, semaphore) = (mpsc::channel::<u8>(1).0, Semaphore::new(1));
        token.cancel();
        semaphore.close();
        let work = async {
            for _ in 0..1000 {
                notify.notify_one();
                notify.notified().await;
                barrier.wait().await;
                token.cancelled().await;
                cell.get_or_init(|| async { 7 }).await;
                closed.send(7).await.unwrap_err();
                semaphore.acquire().await.unwrap_err();
            }
        };
        assert_eq!(pauses(work).await, 0);
    }
}
