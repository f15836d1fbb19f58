//! Streams of listeners, timers and the like (contract, "What is built on it").

use std::io;

use crate::common::on_both_flavors;
use portable::fs;
use portable::io::{AsyncBufReadExt, BufReader};
use portable::stream::wrappers::{
    IntervalStream, JoinSetStream, LinesStream, ReadDirStream, SplitStream,
};
use portable::stream::{Stream, StreamExt};
use portable::task::{self, JoinSet};
use portable::time::{Duration, Instant, MissedTickBehavior, interval, interval_at, sleep};

on_both_flavors! {
    ticks_come_when_they_are_due,
    outputs_of_tasks_come_in_the_order_of_their_ends,
    lines_and_segments_come_as_from_the_reader,
    entries_of_a_directory_come_and_end,
    a_stream_of_ticks_that_are_overdue_is_fair,
}

async fn ticks_come_when_they_are_due() {
    let start = Instant::now() + Duration::from_millis(2);
    let mut ticks = interval_at(start, Duration::from_millis(3));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut ticks = IntervalStream::new(ticks);
    assert_eq!(ticks.as_ref().period(), Duration::from_millis(3));
    for n in 0..5 {
        let tick = ticks.next().await.unwrap();
        assert_eq!(tick, start + Duration::from_millis(3) * n);
        assert!(Instant::now() >= tick);
    }
    ticks.as_mut().reset_immediately();
    ticks.next().await.unwrap();
    assert_eq!(ticks.into_inner().period(), Duration::from_millis(3));
}

async fn outputs_of_tasks_come_in_the_order_of_their_ends() {
    let mut set = JoinSet::new();
    for n in [30, 1, 15] {
        set.spawn(async move {
            sleep(Duration::from_millis(n)).await;
            n
        });
    }
    let aborted = set.spawn(std::future::pending());
    aborted.abort();
    let mut outputs = JoinSetStream::from(set);
    assert_eq!(outputs.size_hint(), (4, Some(4)));
    assert!(outputs.next().await.unwrap().unwrap_err().is_cancelled());
    assert_eq!(outputs.as_ref().len(), 3);
    let outputs: Vec<_> = outputs.map(Result::unwrap).collect().await;
    assert_eq!(outputs.len(), 3);
    assert_eq!(outputs[2], 30);
}

async fn lines_and_segments_come_as_from_the_reader() {
    let lines = LinesStream::new(BufReader::new(&b"to be\r\nor not\n"[..]).lines());
    let lines: Vec<_> = lines.try_collect().await.unwrap();
    assert_eq!(lines, ["to be", "or not"]);
    let mut segments = SplitStream::new(BufReader::new(&b"one\0two\0"[..]).split(0));
    assert_eq!(segments.next().await.unwrap().unwrap(), b"one");
    let mut segments = segments.into_inner();
    assert_eq!(segments.next_segment().await.unwrap().unwrap(), b"two");
    assert!(segments.next_segment().await.unwrap().is_none());
}

async fn entries_of_a_directory_come_and_end() {
    let dir = tempfile::tempdir().unwrap();
    for n in 0..100 {
        std::fs::write(dir.path().join(n.to_string()), []).unwrap();
    }
    let entries = ReadDirStream::new(fs::read_dir(dir.path()).await.unwrap());
    let mut names: Vec<u32> = entries
        .map(|entry| {
            let name = entry?.file_name().into_string().unwrap();
            Ok::<u32, io::Error>(name.parse().unwrap())
        })
        .try_collect()
        .await
        .unwrap();
    names.sort_unstable();
    assert!(names.into_iter().eq(0..100));
}

/// A timer beside the stream fires, also where the stream always has an item.
async fn is_fair(mut stream: impl Stream<Item = Instant> + Unpin) {
    let done = task::spawn(sleep(Duration::from_millis(20)));
    while !done.is_finished() {
        stream.next().await.unwrap();
    }
}

async fn a_stream_of_ticks_that_are_overdue_is_fair() {
    let ticks = interval(Duration::from_nanos(1));
    is_fair(IntervalStream::new(ticks)).await;
}

#[cfg(all(unix, feature = "net"))]
mod of_listeners {
    use super::*;
    use portable::net::{TcpListener, TcpStream, UnixListener, UnixStream};
    use portable::stream::wrappers::{TcpListenerStream, UnixListenerStream};

    on_both_flavors! {
        connections_come_as_they_are_made,
        connections_of_unix_sockets_come_as_they_are_made,
    }

    async fn connections_come_as_they_are_made() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut incoming = TcpListenerStream::new(listener);
        let address = incoming.as_ref().local_addr().unwrap();
        let clients = task::spawn(async move {
            let mut clients = Vec::new();
            for _ in 0..10 {
                clients.push(TcpStream::connect(address).await.unwrap());
            }
            clients
        });
        let mut peers = Vec::new();
        for _ in 0..10 {
            let stream = incoming.next().await.unwrap().unwrap();
            peers.push(stream.peer_addr().unwrap());
        }
        let clients = clients.await.unwrap();
        let made: Vec<_> = clients.iter().map(|c| c.local_addr().unwrap()).collect();
        assert_eq!(peers, made);
        let listener = incoming.into_inner();
        let client = task::spawn(TcpStream::connect(address));
        let (_, from) = listener.accept().await.unwrap();
        assert_eq!(from, client.await.unwrap().unwrap().local_addr().unwrap());
    }

    async fn connections_of_unix_sockets_come_as_they_are_made() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("socket");
        let mut incoming = UnixListenerStream::new(UnixListener::bind(&path).unwrap());
        for _ in 0..3 {
            let client = UnixStream::connect(&path).await.unwrap();
            let server = incoming.next().await.unwrap().unwrap();
            drop(client);
            assert_eq!(server.try_read(&mut [0; 1]).unwrap_or(0), 0);
        }
    }
}
