//! Many connections and many tasks (contract 20).

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;
use std::thread;

use super::tcp::pair;
use crate::common::{self, on_both_flavors, program};
use futures::future::join_all;
use portable::io::{AsyncReadExt, AsyncWriteExt};
use portable::net::{TcpListener, TcpStream};
use portable::runtime::Builder;
use portable::task::{self, JoinSet};
use portable::time::Duration;

on_both_flavors! {
    many_tasks_accept_at_one_listener,
    many_tasks_wait_for_one_stream,
    many_reads_under_a_foreign_executor,
    many_connections_at_once,
}

/// All tasks wait at once, and each connection goes to one of them.
async fn many_tasks_accept_at_one_listener() {
    const TASKS: u8 = 100;

    let listener = Arc::new(TcpListener::bind("127.0.0.1:0").await.unwrap());
    let address = listener.local_addr().unwrap();
    let mut servers = JoinSet::new();
    for _ in 0..TASKS {
        let listener = listener.clone();
        servers.spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut buf = [0];
            stream.read_exact(&mut buf).await.unwrap();
            buf[0]
        });
    }
    for _ in 0..10 {
        task::yield_now().await;
    }
    for n in 0..TASKS {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(&[n]).await.unwrap();
    }
    let mut served = BTreeSet::new();
    while let Some(n) = servers.join_next().await {
        assert!(served.insert(n.unwrap()));
    }
    assert!(served.into_iter().eq(0..TASKS));
}

/// One byte wakes all waiting tasks, and one of them takes it.
async fn many_tasks_wait_for_one_stream() {
    let (mut one, other) = pair().await;
    let other = Arc::new(other);
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        let other = other.clone();
        tasks.spawn(async move {
            loop {
                other.readable().await.unwrap();
                let mut buf = [0];
                match other.try_read(&mut buf) {
                    Ok(len) => break assert_eq!(len, 1),
                    Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock),
                }
            }
        });
    }
    for n in 0..50 {
        one.write_all(&[n]).await.unwrap();
        task::yield_now().await;
    }
    let mut ended = 0;
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
        ended += 1;
    }
    assert_eq!(ended, 50);
}

async fn many_reads_under_a_foreign_executor() {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for _ in 0..100 {
        let (one, other) = pair().await;
        ones.push(one);
        others.push(other);
    }
    let thread = thread::spawn(move || {
        let read = |mut stream: TcpStream| async move {
            let mut buf = [0; 4];
            stream.read_exact(&mut buf).await.unwrap();
            u32::from_ne_bytes(buf)
        };
        futures::executor::block_on(join_all(others.into_iter().map(read)))
    });
    // The bytes are sent in another order than they are read.
    for (n, one) in (0_u32..100).zip(&mut ones).rev() {
        one.write_all(&n.to_ne_bytes()).await.unwrap();
        task::yield_now().await;
    }
    let read = task::spawn_blocking(|| thread.join().unwrap());
    assert!(read.await.unwrap().into_iter().eq(0..100));
}

async fn many_connections_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    task::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            task::spawn(async move {
                let mut buf = [0; 64];
                while let Ok(len @ 1..) = stream.read(&mut buf).await {
                    stream.write_all(&buf[..len]).await.unwrap();
                }
            });
        }
    });
    let mut clients = JoinSet::new();
    for n in 0_u32..64 {
        clients.spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            for turn in 0..50 {
                let sent = (n * 1000 + turn).to_ne_bytes();
                stream.write_all(&sent).await.unwrap();
                let mut buf = [0; 4];
                stream.read_exact(&mut buf).await.unwrap();
                assert_eq!(buf, sent);
            }
        });
    }
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }
}

/// Allows this process as many descriptors as the operating system does.
fn raise_the_limit_of_descriptors() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};

        let mut limits = getrlimit(Resource::Nofile);
        limits.current = limits.maximum;
        setrlimit(Resource::Nofile, limits).unwrap();
    }
}

/// Returns how many descriptors this process has open, or 0 where that is unknown.
fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

/// The number of connections on each flavour, which is larger in a release build.
const SHORT: usize = if cfg!(debug_assertions) {
    2_000
} else {
    100_000
};

/// The end of a connection frees its descriptor, its place in the reactor, and so on.
#[test]
fn short_connections_leave_nothing_behind() {
    async fn one_after_the_other(count: usize) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = task::spawn(async move {
            for _ in 0..count {
                let (mut stream, _) = listener.accept().await.unwrap();
                task::spawn(async move {
                    let mut buf = [0; 4];
                    stream.read_exact(&mut buf).await.unwrap();
                    stream.write_all(&buf).await.unwrap();
                    // The server waits until the client resets the connection.
                    let _ = stream.read(&mut buf).await;
                });
            }
        });
        let mut clients = JoinSet::new();
        for n in 0..8 {
            clients.spawn(async move {
                for turn in (n..count).step_by(8) {
                    let mut stream = TcpStream::connect(address).await.unwrap();
                    let sent = u32::try_from(turn).unwrap().to_ne_bytes();
                    stream.write_all(&sent).await.unwrap();
                    let mut buf = [0; 4];
                    stream.read_exact(&mut buf).await.unwrap();
                    assert_eq!(buf, sent);
                    // A reset keeps the operating system from reserving the port for a minute.
                    stream.set_zero_linger().unwrap();
                }
            });
        }
        while let Some(client) = clients.join_next().await {
            client.unwrap();
        }
        server.await.unwrap();
    }

    program!("short_connections_leave_nothing_behind").run(
        || {
            for mut builder in [Builder::new_current_thread(), Builder::new_multi_thread()] {
                let runtime = builder.build().unwrap();
                runtime.block_on(async {
                    // The first connections open the descriptors that are opened once.
                    one_after_the_other(100).await;
                    let before = descriptors();
                    one_after_the_other(SHORT).await;
                    // The last tasks of the server may still be at work.
                    common::eventually(|| descriptors() <= before).await;
                });
                println!("as before");
            }
        },
        |outcome| outcome.printed(&["as before"; 2]),
    );
}

/// The cost of a busy connection does not grow with the number of idle ones.
#[test]
fn idle_connections_are_no_burden() {
    const IDLE: usize = 1000;

    async fn one_talks() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut idle = Vec::new();
        let mut servers = JoinSet::new();
        for _ in 0..=IDLE {
            idle.push(TcpStream::connect(address).await.unwrap());
            let (mut stream, _) = listener.accept().await.unwrap();
            servers.spawn(async move {
                let mut polls = 0;
                let mut buf = [0; 4];
                loop {
                    polls += 1;
                    match stream.read(&mut buf).await.unwrap() {
                        0 => break polls,
                        len => stream.write_all(&buf[..len]).await.unwrap(),
                    }
                }
            });
        }
        let talks = idle.last_mut().unwrap();
        let mut buf = [0; 4];
        for turn in 0_u32..1000 {
            talks.write_all(&turn.to_ne_bytes()).await.unwrap();
            talks.read_exact(&mut buf).await.unwrap();
            assert_eq!(buf, turn.to_ne_bytes());
        }
        // All of them are still there.
        for stream in &mut idle {
            stream.write_all(b"last").await.unwrap();
            stream.read_exact(&mut buf).await.unwrap();
            assert_eq!(&buf, b"last");
        }
        drop(idle);
        let mut turns = Vec::new();
        while let Some(polls) = servers.join_next().await {
            turns.push(polls.unwrap());
        }
        turns.sort_unstable();
        assert_eq!(turns[..IDLE], [2; IDLE]);
        assert!(turns[IDLE] >= 1002);
    }

    program!("idle_connections_are_no_burden").run(
        || {
            raise_the_limit_of_descriptors();
            for mut builder in [Builder::new_current_thread(), Builder::new_multi_thread()] {
                let runtime = builder.build().unwrap();
                let start = std::time::Instant::now();
                runtime.block_on(one_talks());
                assert!(start.elapsed() < Duration::from_secs(50));
                println!("served");
            }
        },
        |outcome| outcome.printed(&["served"; 2]),
    );
}
