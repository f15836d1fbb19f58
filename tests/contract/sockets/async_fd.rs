//! Any descriptor, and the guards of its readiness (contract 20).

use std::fs::File;
use std::future::poll_fn;
use std::io::{self, PipeReader, Read, Write};
use std::mem;
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;

use crate::common::{self, Counter, Wakes, on_both_flavors, with_both_builders};
use portable::io::unix::AsyncFd;
use portable::io::{Interest, Ready};
use portable::runtime::{Builder, is_rt_shutdown_err};
use portable::task::{self, JoinSet};
use portable::time::{Duration, sleep, timeout};

on_both_flavors! {
    any_descriptor_is_waited_for,
    readiness_is_kept_until_it_is_cleared,
    a_clear_waits_for_the_next_change,
    a_guard_clears_nothing_newer_than_itself,
    a_part_of_the_readiness_is_cleared,
    an_attempt_that_had_to_wait_clears,
    mutable_guards_do_the_same,
    a_guard_outlives_what_its_owner_throws_away,
    try_io_of_a_descriptor_calls_nothing_that_is_not_ready,
    async_io_of_a_descriptor_repeats,
    every_waiter_is_woken,
    a_poll_wakes_the_last_task_of_its_direction,
    what_is_not_asked_for_is_not_reported,
    urgent_data_is_reported,
    errors_are_reported,
    what_cannot_be_watched_is_given_back,
    into_inner_gives_the_descriptor_back,
    a_descriptor_that_is_closed_too_early_harms_no_other,
    any_thread_may_watch,
    many_descriptors_lose_no_report,
    waits_that_are_always_ready_give_turns,
}

with_both_builders! {
    after_the_end_waiting_panics_nowhere,
    waits_end_with_the_runtime_of_the_descriptor,
}

fn pair() -> (AsyncFd<UnixStream>, UnixStream) {
    let (one, other) = UnixStream::pair().unwrap();
    (watched(one), other)
}

fn watched(stream: UnixStream) -> AsyncFd<UnixStream> {
    stream.set_nonblocking(true).unwrap();
    // SAFETY: a stream keeps its descriptor.
    unsafe { AsyncFd::register(stream) }.unwrap()
}

async fn is_pending<T>(future: impl Future<Output = T>) -> bool {
    timeout(Duration::from_millis(30), future).await.is_err()
}

fn fill(mut stream: &UnixStream) -> usize {
    let mut filled = 0;
    while let Ok(len) = stream.write(&[0; 4096]) {
        filled += len;
    }
    filled
}

async fn any_descriptor_is_waited_for() {
    let (reader, mut writer) = io::pipe().unwrap();
    // SAFETY: a pipe keeps its descriptor.
    let reader: AsyncFd<PipeReader> = unsafe { AsyncFd::register(reader) }.unwrap();
    assert!(is_pending(reader.readable()).await);
    writer.write_all(b"hello").unwrap();
    let mut guard = reader.readable().await.unwrap();
    assert!(guard.ready().is_readable());
    let mut buf = [0; 8];
    let read = guard.try_io(|fd| fd.get_ref().read(&mut buf));
    assert_eq!(read.unwrap().unwrap(), 5);
    drop(guard);
    drop(writer);
    loop {
        let mut guard = reader.readable().await.unwrap();
        if guard.ready().is_read_closed() {
            break;
        }
        guard.clear_ready();
    }
    assert!(format!("{reader:?}").contains("PipeReader"), "{reader:?}");
}

async fn readiness_is_kept_until_it_is_cleared() {
    let (one, mut other) = pair();
    assert!(is_pending(one.readable()).await);
    other.write_all(b"hello").unwrap();
    let mut guard = one.readable().await.unwrap();
    assert_eq!(one.get_ref().read(&mut [0; 8]).unwrap(), 5);
    // Nothing has shown that there is nothing left.
    one.readable().await.unwrap().retain_ready();
    drop(one.readable().await.unwrap());
    guard.clear_ready();
    assert!(guard.ready().is_empty());
    assert!(is_pending(one.readable()).await);
    other.write_all(b"again").unwrap();
    assert!(one.readable().await.unwrap().ready().is_readable());
}

/// Also if there is something to read all the time.
async fn a_clear_waits_for_the_next_change() {
    let (one, mut other) = pair();
    for _ in 0..3 {
        other.write_all(b"hello").unwrap();
        one.readable().await.unwrap().clear_ready();
        assert!(is_pending(one.readable()).await);
    }
    assert_eq!(one.get_ref().read(&mut [0; 16]).unwrap(), 15);
}

async fn a_guard_clears_nothing_newer_than_itself() {
    let (one, mut other) = pair();
    other.write_all(b"hello").unwrap();
    let mut old = one.readable().await.unwrap();
    one.readable().await.unwrap().clear_ready();
    other.write_all(b"again").unwrap();
    drop(one.readable().await.unwrap());
    old.clear_ready();
    let newer = timeout(Duration::from_secs(10), one.readable()).await;
    assert!(newer.unwrap().unwrap().ready().is_readable());
}

async fn a_part_of_the_readiness_is_cleared() {
    const BOTH: Interest = Interest::READABLE.add(Interest::WRITABLE);
    let (one, mut other) = pair();
    other.write_all(b"hello").unwrap();
    // The two may be reported one after the other.
    drop(one.readable().await.unwrap());
    drop(one.writable().await.unwrap());
    let mut guard = one.ready(BOTH).await.unwrap();
    assert_eq!(guard.ready(), Ready::READABLE | Ready::WRITABLE);
    guard.clear_ready_matching(Ready::READABLE);
    assert_eq!(guard.ready(), Ready::WRITABLE);
    assert_eq!(one.ready(BOTH).await.unwrap().ready(), Ready::WRITABLE);
    guard.clear_ready_matching(Ready::WRITABLE);
    assert_eq!(guard.ready(), Ready::EMPTY);
    assert!(is_pending(one.ready(BOTH)).await);
}

async fn an_attempt_that_had_to_wait_clears() {
    let (one, mut other) = pair();
    let mut guard = one.writable().await.unwrap();
    let mut written = 0;
    while let Ok(len) = guard.try_io(|fd| fd.get_ref().write(&[0; 4096])) {
        written += len.unwrap();
    }
    assert!(is_pending(one.writable()).await);
    let reader = task::spawn_blocking(move || {
        let mut buf = vec![0; written];
        other.read_exact(&mut buf).unwrap();
        other
    });
    drop(one.writable().await.unwrap());
    let mut other = reader.await.unwrap();

    other.write_all(b"hello").unwrap();
    let mut guard = one.readable().await.unwrap();
    assert_eq!(guard.get_inner().read(&mut [0; 8]).unwrap(), 5);
    // An error of another kind keeps it.
    let failed = guard.try_io(|_| io::Result::<()>::Err(io::ErrorKind::NotFound.into()));
    assert_eq!(failed.unwrap().unwrap_err().kind(), io::ErrorKind::NotFound);
    drop(guard.get_ref().readable().await.unwrap());
    guard
        .try_io(|fd| fd.get_ref().read(&mut [0; 8]))
        .unwrap_err();
    assert!(is_pending(one.readable()).await);
}

async fn mutable_guards_do_the_same() {
    let (mut one, mut other) = pair();
    assert!(is_pending(one.readable_mut()).await);
    drop(one.writable_mut().await.unwrap());
    other.write_all(b"hello").unwrap();
    let mut guard = one.readable_mut().await.unwrap();
    assert_eq!(guard.ready(), Ready::READABLE);
    let mut buf = [0; 8];
    let read = guard.try_io(|fd| fd.get_mut().read(&mut buf)).unwrap();
    assert_eq!(read.unwrap(), 5);
    guard.retain_ready();
    guard.try_io(|fd| fd.get_mut().read(&mut buf)).unwrap_err();
    assert!(guard.ready().is_empty());
    assert!(is_pending(one.readable_mut()).await);
    other.write_all(b"again").unwrap();
    let mut guard = poll_fn(|cx| one.poll_read_ready_mut(cx).map_ok(drop)).await;
    guard.as_mut().unwrap();
    let read = one.async_io_mut(Interest::READABLE, |stream| stream.read(&mut buf));
    assert_eq!(read.await.unwrap(), 5);
    let mut guard = one.ready_mut(Interest::WRITABLE).await.unwrap();
    assert_eq!(guard.get_inner_mut().write(b"x").unwrap(), 1);
    assert!(guard.get_inner().peer_addr().is_ok() && guard.get_ref().as_raw_fd() >= 0);
    guard.clear_ready_matching(Ready::WRITABLE);
    assert!(is_pending(one.ready_mut(Interest::WRITABLE)).await);
    drop(poll_fn(|cx| one.poll_write_ready_mut(cx).map_ok(drop)));
    let called = one.try_io_mut(Interest::WRITABLE, |_| -> io::Result<()> { panic!() });
    assert_eq!(called.unwrap_err().kind(), io::ErrorKind::WouldBlock);
}

async fn a_guard_outlives_what_its_owner_throws_away() {
    let (mut one, mut other) = pair();
    let (next, mut next_other) = pair();
    other.write_all(b"hello").unwrap();
    let mut guard = one.readable_mut().await.unwrap();
    drop(mem::replace(guard.get_mut(), next));
    assert!(guard.ready().is_readable());
    guard.clear_ready();
    drop(guard);
    assert!(is_pending(one.readable()).await);
    next_other.write_all(b"hello").unwrap();
    assert!(one.readable().await.unwrap().ready().is_readable());
}

async fn try_io_of_a_descriptor_calls_nothing_that_is_not_ready() {
    let (one, mut other) = pair();
    let never = |_: &UnixStream| -> io::Result<()> { panic!("it is not ready") };
    let waits = |_: &UnixStream| io::Result::<()>::Err(io::ErrorKind::WouldBlock.into());
    let blocked = |result: io::Result<()>| {
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::WouldBlock);
    };
    drop(one.writable().await.unwrap());
    blocked(one.try_io(Interest::READABLE, never));
    other.write_all(b"hello").unwrap();
    drop(one.readable().await.unwrap());
    assert_eq!(one.try_io(Interest::READABLE, |_| Ok(7)).unwrap(), 7);
    blocked(one.try_io(Interest::READABLE, waits));
    blocked(one.try_io(Interest::READABLE, never));
    blocked(one.try_io(Interest::WRITABLE, waits));
    blocked(one.try_io(Interest::WRITABLE, never));
}

async fn async_io_of_a_descriptor_repeats() {
    let (one, mut other) = pair();
    let mut calls = 0;
    let mut buf = [0; 8];
    {
        let mut read = pin!(one.async_io(Interest::READABLE, |mut stream| {
            calls += 1;
            stream.read(&mut buf)
        }));
        assert!(is_pending(read.as_mut()).await);
        other.write_all(b"hello").unwrap();
        assert_eq!(read.await.unwrap(), 5);
    }
    assert_eq!(calls, 1);
    assert_eq!(&buf[..5], b"hello");
}

async fn every_waiter_is_woken() {
    let (one, mut other) = pair();
    let one = Arc::new(one);
    let mut waiters = JoinSet::new();
    for _ in 0..10 {
        let one = one.clone();
        waiters.spawn(async move {
            let mut guard = one.readable().await.unwrap();
            task::yield_now().await;
            // The others are woken all the same.
            guard.clear_ready();
        });
    }
    sleep(Duration::from_millis(10)).await;
    other.write_all(b"hello").unwrap();
    while let Some(ended) = waiters.join_next().await {
        ended.unwrap();
    }
}

async fn a_poll_wakes_the_last_task_of_its_direction() {
    let (one, mut other) = pair();
    let one = Arc::new(one);
    let filled = fill(one.get_ref());
    let first = Arc::<Wakes>::default();
    let waker = Waker::from(first.clone());
    let mut cx = Context::from_waker(&waker);
    // The first report may say that it was writable.
    while let Poll::Ready(guard) = one.poll_write_ready(&mut cx) {
        guard.unwrap().clear_ready();
        sleep(Duration::from_millis(5)).await;
    }
    assert!(one.poll_read_ready(&mut cx).is_pending());

    let polls = Counter::default();
    let reader = task::spawn({
        let (one, polls) = (one.clone(), polls.clone());
        let ready = move |cx: &mut Context<'_>| one.poll_read_ready(cx).map_ok(drop);
        poll_fn(move |cx| {
            let ready = ready(cx);
            polls.add_one();
            ready
        })
    });
    let mut writer = task::spawn({
        let (one, polls) = (one.clone(), polls.clone());
        let ready = move |cx: &mut Context<'_>| one.poll_write_ready(cx).map_ok(drop);
        poll_fn(move |cx| {
            let ready = ready(cx);
            polls.add_one();
            ready
        })
    });
    while polls.get() < 2 {
        sleep(Duration::from_millis(1)).await;
    }
    let before = first.get();
    other.write_all(b"hello").unwrap();
    reader.await.unwrap().unwrap();
    assert_eq!(first.get(), before);
    assert!(is_pending(&mut writer).await);
    let drain = task::spawn_blocking(move || {
        other.read_exact(&mut vec![0; filled]).unwrap();
        other
    });
    writer.await.unwrap().unwrap();
    drop(drain.await.unwrap());
}

async fn what_is_not_asked_for_is_not_reported() {
    let (one, mut other) = UnixStream::pair().unwrap();
    one.set_nonblocking(true).unwrap();
    // SAFETY: a stream keeps its descriptor.
    let one = unsafe { AsyncFd::register_with_interest(one, Interest::READABLE) }.unwrap();
    assert!(is_pending(one.writable()).await);
    other.write_all(b"hello").unwrap();
    assert!(one.readable().await.unwrap().ready().is_readable());
}

async fn urgent_data_is_reported() {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        client.set_nonblocking(true).unwrap();
        // SAFETY: a stream keeps its descriptor.
        let client = unsafe { AsyncFd::register_with_interest(client, Interest::PRIORITY) };
        let client = client.unwrap();
        let (server, _) = listener.accept().unwrap();
        assert!(is_pending(client.ready(Interest::PRIORITY)).await);
        socket2::SockRef::from(&server)
            .send_out_of_band(b"!")
            .unwrap();
        let ready = client.ready(Interest::PRIORITY).await.unwrap().ready();
        assert!(ready.is_priority(), "{ready:?}");
    }
}

async fn errors_are_reported() {
    let nobody = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(nobody.local_addr().unwrap()).unwrap();
    socket.set_nonblocking(true).unwrap();
    // SAFETY: a socket keeps its descriptor.
    let socket = unsafe { AsyncFd::register_with_interest(socket, Interest::ERROR) }.unwrap();
    assert!(is_pending(socket.ready(Interest::ERROR)).await);
    drop(nobody);
    socket.get_ref().send(b"hello").unwrap();
    let ready = socket.ready(Interest::ERROR).await.unwrap().ready();
    assert_eq!(ready, Ready::ERROR);
}

#[derive(Debug)]
struct Closed;

impl AsRawFd for Closed {
    fn as_raw_fd(&self) -> RawFd {
        -1
    }
}

async fn what_cannot_be_watched_is_given_back() {
    let original = Arc::new(Closed);
    // SAFETY: it is no descriptor, which is an error.
    let error = unsafe { AsyncFd::register(original.clone()) }.unwrap_err();
    assert_eq!(error.to_string(), format!("{}", error.into_parts().1));
    // SAFETY: as before.
    let error = unsafe { AsyncFd::register_with_interest(original.clone(), Interest::READABLE) };
    let (returned, cause) = error.unwrap_err().into_parts();
    assert!(Arc::ptr_eq(&original, &returned));
    assert_eq!(
        cause.raw_os_error(),
        Some(rustix::io::Errno::BADF.raw_os_error())
    );

    #[expect(deprecated, reason = "Tokio's programs call them")]
    {
        let (one, _other) = UnixStream::pair().unwrap();
        AsyncFd::new(one.as_fd()).unwrap();
        AsyncFd::with_interest(one.as_fd(), Interest::READABLE).unwrap();
        AsyncFd::try_new(one.as_fd()).unwrap();
        AsyncFd::try_with_interest(one.as_fd(), Interest::WRITABLE).unwrap();
        assert!(AsyncFd::new(Closed).is_err());
        AsyncFd::try_new(Closed).unwrap_err();
    }

    let file = File::open(file!())
        .or_else(|_| File::open("Cargo.toml"))
        .unwrap();
    // SAFETY: a file keeps its descriptor.
    let error = io::Error::from(unsafe { AsyncFd::register(file) }.unwrap_err());
    assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
}

async fn into_inner_gives_the_descriptor_back() {
    let (one, mut other) = pair();
    let one = one.into_inner();
    other.write_all(b"hello").unwrap();
    let one = watched(one);
    assert!(one.readable().await.unwrap().ready().is_readable());
    assert_eq!(one.as_fd().as_raw_fd(), one.get_ref().as_raw_fd());
    other.set_nonblocking(true).unwrap();
    let error = other.read(&mut [0]).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    drop(one);
    assert_eq!(other.read(&mut [0]).unwrap_or(0), 0);
}

async fn a_descriptor_that_is_closed_too_early_harms_no_other() {
    let (one, mut other) = UnixStream::pair().unwrap();
    let duplicate = one.try_clone().unwrap();
    let fd = one.as_raw_fd();
    #[expect(deprecated, reason = "a number is no owner")]
    let watched_fd = AsyncFd::with_interest(fd, Interest::READABLE).unwrap();
    drop(OwnedFd::from(one));
    drop(watched_fd);
    other.write_all(b"hello").unwrap();
    sleep(Duration::from_millis(5)).await;
    let (next, mut next_other) = pair();
    assert!(is_pending(next.readable()).await);
    next_other.write_all(b"hello").unwrap();
    drop(next.readable().await.unwrap());
    drop(duplicate);
}

async fn any_thread_may_watch() {
    let (one, mut other) = thread::spawn(pair).join().unwrap();
    let reader = thread::spawn(move || {
        common::block_on(async {
            let ready = one.readable().await.unwrap().ready();
            assert!(ready.is_readable());
        });
        one
    });
    other.write_all(b"hello").unwrap();
    // The thread needs the runtime, which this one must not keep from its turns.
    let one = task::spawn_blocking(move || reader.join().unwrap());
    drop(one.await.unwrap());
}

/// Sends `count` bytes there and back, one at a time.
async fn echo_bytes(one: &AsyncFd<UnixStream>, count: usize, is_first: bool) {
    for number in 0..count {
        for is_reading in [!is_first, is_first] {
            loop {
                let mut guard = match is_reading {
                    true => one.readable().await.unwrap(),
                    false => one.writable().await.unwrap(),
                };
                let mut byte = [number as u8];
                let done = guard.try_io(|fd| match is_reading {
                    true => fd.get_ref().read(&mut byte),
                    false => fd.get_ref().write(&byte),
                });
                if let Ok(moved) = done {
                    assert_eq!((moved.unwrap(), byte[0]), (1, number as u8));
                    break;
                }
            }
        }
    }
}

async fn many_descriptors_lose_no_report() {
    let mut tasks = JoinSet::new();
    for _ in 0..40 {
        let (one, other) = pair();
        tasks.spawn(async move { echo_bytes(&one, 100, true).await });
        tasks.spawn(async move { echo_bytes(&watched(other), 100, false).await });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
}

async fn waits_that_are_always_ready_give_turns() {
    let (one, _other) = pair();
    let (stream, _peer) = portable::net::UnixStream::pair().unwrap();
    for turn in 0..4 {
        let other = task::spawn(async {});
        while !other.is_finished() {
            match turn {
                0 => drop(one.writable().await.unwrap()),
                1 => drop(poll_fn(|cx| one.poll_write_ready(cx)).await.unwrap()),
                2 => one.async_io(Interest::WRITABLE, |_| Ok(())).await.unwrap(),
                _ => drop(stream.ready(Interest::WRITABLE).await.unwrap()),
            }
        }
    }
}

fn after_the_end_waiting_panics_nowhere(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (one, mut other) = runtime.block_on(async { pair() });
    let mut guard = runtime.block_on(one.writable()).unwrap();
    drop(runtime);
    guard.clear_ready();
    let _ = common::poll_once(pin!(one.readable()));
    other.write_all(b"hello").unwrap();
    let _ = common::poll_once(pin!(one.readable()));
    let _ = one.try_io(Interest::READABLE, |_| Ok(()));
    drop(one);
}

fn waits_end_with_the_runtime_of_the_descriptor(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (one, _other) = UnixStream::pair().unwrap();
    one.set_nonblocking(true).unwrap();
    let fd = {
        let _guard = runtime.enter();
        watched(one)
    };
    let mut readable = pin!(fd.readable());
    let wakes = Arc::<Wakes>::default();
    let waker = Waker::from(wakes.clone());
    let mut cx = Context::from_waker(&waker);
    assert!(readable.as_mut().poll(&mut cx).is_pending());
    assert!(fd.poll_read_ready(&mut cx).is_pending());
    drop(runtime);
    common::eventually_blocking(|| wakes.get() > 0);
    for error in [
        common::block_on(readable).map(drop),
        common::block_on(fd.readable()).map(drop),
        common::block_on(fd.writable()).map(drop),
        common::block_on(poll_fn(|cx| fd.poll_read_ready(cx))).map(drop),
        common::block_on(poll_fn(|cx| fd.poll_write_ready(cx))).map(drop),
    ] {
        assert!(error.as_ref().is_err_and(is_rt_shutdown_err), "{error:?}");
    }
}
