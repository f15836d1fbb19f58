//! Tests of async-rs, by code that is generic over its runtimes.
#![cfg(all(unix, feature = "_runtime"))]

use std::io;
use std::net::TcpListener;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use async_rs::Runtime;
use async_rs::traits::{Executor, Reactor, RuntimeKit};
use futures::{AsyncReadExt, AsyncWriteExt, FutureExt, StreamExt};
use portable::adapters::AsyncRsRuntime;
use portable::task;

fn runtime() -> Runtime<AsyncRsRuntime> {
    Runtime::new(AsyncRsRuntime::new())
}

/// A library that knows no runtime: it connects to a server of its own, which it runs on a thread.
async fn greets<RK: RuntimeKit + Sync>(runtime: &Runtime<RK>) -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let server = runtime.spawn_blocking(move || {
        use std::io::{Read, Write};

        let (mut stream, _) = listener.accept()?;
        let mut name = String::new();
        stream.read_to_string(&mut name)?;
        stream.write_all(format!("hello, {name}").as_bytes())
    });
    let mut stream = runtime.tcp_connect(address).await?;
    stream.write_all(b"Ada").await?;
    stream.close().await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    server.await?;
    Ok(answer)
}

#[portable::test(timeout = "60s")]
async fn a_library_connects_and_spawns() -> io::Result<()> {
    assert_eq!(greets(&runtime()).await?, "hello, Ada");
    Ok(())
}

#[portable::test(timeout = "60s")]
async fn a_socket_of_the_program_is_watched() -> io::Result<()> {
    let (one, other) = std::os::unix::net::UnixStream::pair()?;
    let (mut one, mut other) = (runtime().register(one)?, runtime().register(other)?);
    let bytes: Vec<u8> = (0..1_000_000_u32).map(|n| (n % 251) as u8).collect();
    let given = bytes.clone();
    // More than the socket holds, so that each side waits for the other.
    let writer = task::spawn(async move {
        one.write_all(&given).await?;
        one.flush().await
    });
    let mut got = Vec::new();
    other.read_to_end(&mut got).await?;
    assert!(got == bytes);
    writer.await?
}

#[portable::test(timeout = "60s")]
async fn time_passes() {
    let start = Instant::now();
    let _ = runtime().sleep(Duration::from_millis(5)).await;
    assert!(start.elapsed() >= Duration::from_millis(5));
    let ticks = runtime().interval(Duration::from_millis(3));
    let ticks: Vec<_> = ticks.take(3).collect().await;
    assert_eq!(ticks[2] - ticks[0], Duration::from_millis(6));
}

#[portable::test(timeout = "60s")]
async fn tasks_are_cancelled_or_go_on() {
    let mut endless = runtime().spawn(std::future::pending::<()>());
    assert_eq!(endless.cancel().await, None);
    let mut ready = runtime().spawn(async { 7 });
    let output = loop {
        task::yield_now().await;
        if let Some(output) = (&mut ready).now_or_never() {
            break output;
        }
    };
    assert_eq!(output, 7);

    // A task goes on without its handle.
    let (sender, receiver) = portable::sync::oneshot::channel();
    drop(runtime().spawn(async move { sender.send(8).unwrap() }));
    assert_eq!(receiver.await, Ok(8));
}

#[portable::test(timeout = "60s")]
async fn a_panic_of_a_task_is_that_of_who_awaits_it() {
    let task = runtime().spawn(async { panic!("on purpose") });
    let panic = AssertUnwindSafe(task).catch_unwind().await.unwrap_err();
    assert_eq!(*panic.downcast::<&str>().unwrap(), "on purpose");
    let mut task = runtime().spawn(std::future::pending::<()>());
    task.cancel().await;
    let panic = AssertUnwindSafe(task).catch_unwind().await.unwrap_err();
    let message = panic.downcast::<String>().unwrap();
    assert!(message.starts_with("portable: "), "{message}");
}
