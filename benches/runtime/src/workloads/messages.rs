use std::hint::black_box;

use portable::sync::mpsc::channel;

use crate::sides::Side;

/// Sends messages from one task to another, with the same channel on every side.
pub(super) async fn stream<S: Side>(n: u64) {
    let (sender, mut receiver) = channel(32);
    let received = S::spawn(async move {
        while let Some(message) = receiver.recv().await {
            black_box::<u64>(message);
        }
    });
    let sent = S::spawn(async move {
        for i in 0..n {
            sender.send(i).await.expect("the other side listens");
        }
    });
    sent.await;
    received.await;
}

/// Sends a message to a task and gets one back, again and again.
pub(super) async fn ping_pong<S: Side>(n: u64) {
    let (ping, mut pinged) = channel(1);
    let (pong, mut ponged) = channel(1);
    let task = S::spawn(async move {
        while let Some(message) = pinged.recv().await {
            pong.send(message).await.expect("the other side listens");
        }
    });
    for i in 0..n {
        ping.send(i).await.expect("the other side listens");
        black_box(ponged.recv().await);
    }
    drop(ping);
    task.await;
}
