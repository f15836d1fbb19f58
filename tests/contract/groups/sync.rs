//! `portable::sync`: every primitive between tasks, and from plain threads, on every runtime.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::common::{self, on_both_flavors};
use portable::sync::{
    Barrier, CancellationToken, Mutex, Notify, OnceCell, RwLock, Semaphore, broadcast, mpsc,
    oneshot, watch,
};
use portable::task;
use portable::time::{Duration, sleep, timeout};

on_both_flavors! {
    mpsc_carries_from_task_to_task,
    mpsc_pushes_back,
    mpsc_crosses_to_plain_threads,
    oneshot_carries_one,
    watch_shows_the_last,
    broadcast_reaches_all,
    a_mutex_is_held_by_one,
    an_rw_lock_is_held_by_many_readers,
    a_semaphore_lets_so_many_in,
    notify_wakes_one_or_all,
    a_barrier_waits_for_all,
    a_once_cell_is_filled_once,
    a_token_cancels_its_children,
    a_token_stops_a_future,
    a_drop_guard_cancels,
    a_timeout_around_a_receive_loses_nothing,
}

async fn mpsc_carries_from_task_to_task() {
    let (sender, mut receiver) = mpsc::channel(4);
    for n in 0..10 {
        let sender = sender.clone();
        task::spawn(async move {
            for i in 0..10 {
                sender.send(n * 10 + i).await.unwrap();
            }
        });
    }
    drop(sender);
    let mut received = Vec::new();
    while let Some(n) = receiver.recv().await {
        received.push(n);
    }
    received.sort_unstable();
    assert!(received.into_iter().eq(0..100));
}

async fn mpsc_pushes_back() {
    let (sender, mut receiver) = mpsc::channel(1);
    sender.send(1).await.unwrap();
    timeout(Duration::from_millis(1), sender.send(2))
        .await
        .unwrap_err();
    assert_eq!(receiver.recv().await, Some(1));
    sender.send(3).await.unwrap();
    assert_eq!(receiver.recv().await, Some(3));
}

async fn mpsc_crosses_to_plain_threads() {
    let (sender, mut receiver) = mpsc::channel(1);
    let (back, mut is_back) = mpsc::unbounded_channel();
    let thread = thread::spawn(move || {
        while let Some(n) = receiver.blocking_recv() {
            back.send(n + 1).unwrap();
        }
    });
    for n in 0..10 {
        sender.send(n).await.unwrap();
        assert_eq!(is_back.recv().await, Some(n + 1));
    }
    drop(sender);
    thread.join().unwrap();
}

async fn oneshot_carries_one() {
    let (sender, receiver) = oneshot::channel();
    task::spawn(async { sender.send(7).unwrap() });
    assert_eq!(receiver.await, Ok(7));
    let (sender, receiver) = oneshot::channel::<()>();
    drop(sender);
    assert!(receiver.await.is_err());
}

async fn watch_shows_the_last() {
    let (sender, mut receiver) = watch::channel(0);
    let task =
        task::spawn(async move { receiver.wait_for(|n| *n == 100).await.map(|n| *n).unwrap() });
    for n in 1..=100 {
        sender.send_replace(n);
        if n % 10 == 0 {
            task::yield_now().await;
        }
    }
    assert_eq!(task.await.unwrap(), 100);
}

async fn broadcast_reaches_all() {
    let (sender, _) = broadcast::channel(16);
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let mut receiver = sender.subscribe();
            task::spawn(async move {
                let mut sum = 0;
                while let Ok(n) = receiver.recv().await {
                    sum += n;
                }
                sum
            })
        })
        .collect();
    for n in 1..=10 {
        sender.send(n).unwrap();
    }
    drop(sender);
    for task in tasks {
        assert_eq!(task.await.unwrap(), 55);
    }
}

async fn a_mutex_is_held_by_one() {
    let count = Arc::new(Mutex::new(0));
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let count = count.clone();
            task::spawn(async move {
                let mut count = count.lock().await;
                let before = *count;
                task::yield_now().await;
                *count = before + 1;
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(*count.lock().await, 20);
}

async fn an_rw_lock_is_held_by_many_readers() {
    let lock = Arc::new(RwLock::new(0));
    let first = lock.read().await;
    let second = lock.clone().read_owned().await;
    let writer = task::spawn({
        let lock = lock.clone();
        async move { *lock.write().await += 1 }
    });
    task::yield_now().await;
    assert_eq!((*first, *second), (0, 0));
    drop((first, second));
    writer.await.unwrap();
    assert_eq!(*lock.read().await, 1);
}

async fn a_semaphore_lets_so_many_in() {
    let semaphore = Arc::new(Semaphore::new(3));
    let inside = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
    let tasks: Vec<_> = (0..30)
        .map(|_| {
            let (semaphore, inside) = (semaphore.clone(), inside.clone());
            task::spawn(async move {
                let _permit = semaphore.acquire().await.unwrap();
                let [now, most] = &*inside;
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                task::yield_now().await;
                now.fetch_sub(1, Ordering::SeqCst);
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert!(inside[1].load(Ordering::SeqCst) <= 3);
    assert_eq!(semaphore.available_permits(), 3);
}

async fn notify_wakes_one_or_all() {
    let notify = Arc::new(Notify::new());
    notify.notify_one();
    notify.notified().await;
    let tasks: Vec<_> = (0..5)
        .map(|_| {
            let notified = notify.clone().notified_owned();
            task::spawn(notified)
        })
        .collect();
    notify.notify_waiters();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn a_barrier_waits_for_all() {
    let barrier = Arc::new(Barrier::new(10));
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let barrier = barrier.clone();
            task::spawn(async move { barrier.wait().await.is_leader() })
        })
        .collect();
    let mut leaders = 0;
    for task in tasks {
        leaders += u32::from(task.await.unwrap());
    }
    assert_eq!(leaders, 1);
}

async fn a_once_cell_is_filled_once() {
    let cell = Arc::new(OnceCell::new());
    let fills = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let (cell, fills) = (cell.clone(), fills.clone());
            task::spawn(async move {
                let fill = async {
                    sleep(Duration::from_millis(1)).await;
                    fills.fetch_add(1, Ordering::SeqCst)
                };
                *cell.get_or_init(|| fill).await
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), 0);
    }
    assert_eq!(fills.load(Ordering::SeqCst), 1);
}

async fn a_token_cancels_its_children() {
    let token = CancellationToken::new();
    let child = token.child_token();
    let sibling = token.child_token();
    child.cancel();
    assert!(!token.is_cancelled() && !sibling.is_cancelled());
    let task = task::spawn(async move { sibling.cancelled().await });
    token.cancel();
    task.await.unwrap();
}

async fn a_token_stops_a_future() {
    let token = CancellationToken::new();
    let task = task::spawn({
        let token = token.clone();
        async move {
            token
                .run_until_cancelled(std::future::pending::<()>())
                .await
        }
    });
    token.cancel();
    assert_eq!(task.await.unwrap(), None);
    let other = CancellationToken::new();
    assert_eq!(other.run_until_cancelled(async { 7 }).await, Some(7));
}

async fn a_drop_guard_cancels() {
    let token = CancellationToken::new();
    let guard = token.clone().drop_guard();
    let task = common::spawn_waiting(guard).await;
    assert!(!token.is_cancelled());
    task.abort();
    token.cancelled().await;
}

async fn a_timeout_around_a_receive_loses_nothing() {
    let (sender, mut receiver) = mpsc::channel(1);
    for n in 0..20 {
        timeout(Duration::ZERO, receiver.recv()).await.unwrap_err();
        let sends = task::spawn({
            let sender = sender.clone();
            async move { sender.send(n).await.unwrap() }
        });
        let received = loop {
            if let Ok(received) = timeout(Duration::from_micros(50), receiver.recv()).await {
                break received;
            }
        };
        assert_eq!(received, Some(n));
        sends.await.unwrap();
    }
}

/// The exceptions to "need no runtime".
#[cfg(test)]
mod exceptions {
    use super::*;

    on_both_flavors! {
        a_task_that_blocks_panics_on_tokio_and_blocks_its_thread_elsewhere,
        a_send_with_a_time_limit_needs_tokio,
    }

    fn is_tokio() -> bool {
        portable::runtime::current() == "tokio"
    }

    async fn a_task_that_blocks_panics_on_tokio_and_blocks_its_thread_elsewhere() {
        let (sender, mut receiver) = mpsc::channel(1);
        let task = task::spawn(async move { receiver.blocking_recv() });
        let thread = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            sender.blocking_send(7)
        });
        let received = task.await;
        if is_tokio() {
            common::panic_of_task(received);
        } else {
            assert_eq!(received.unwrap(), Some(7));
            thread.join().unwrap().unwrap();
        }
    }

    // The crate `tokio` that our tests depend on has timers.
    async fn a_send_with_a_time_limit_needs_tokio() {
        let (sender, mut receiver) = mpsc::channel(1);
        let limit = Duration::from_secs(10);
        let sent = task::spawn(async move { sender.send_timeout(7, limit).await }).await;
        if is_tokio() || cfg!(feature = "tokio-context") {
            sent.unwrap().unwrap();
            assert_eq!(receiver.recv().await, Some(7));
        } else {
            let text = common::panic_of_task(sent);
            assert!(text.contains("no reactor running"), "{text}");
        }
    }
}
