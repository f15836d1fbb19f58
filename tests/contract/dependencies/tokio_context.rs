//! Tokio's context on every runtime, with the feature `tokio-context` (contract 28).

use std::future::{pending, poll_fn};
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::thread;

use crate::common::always_ready::is_fair;
use crate::common::{
    self, Counter, on_both_flavors, on_drop, on_multi_thread, program, with_both_builders,
};
use futures::channel::oneshot;
use portable::net::UnixDatagram;
use portable::runtime::{self, Builder, Flavor};
use portable::task;
use portable::time::{Duration, sleep, timeout};

on_both_flavors! {
    tasks_and_timers_of_tokio_work_wherever_we_poll,
    a_socket_of_tokio_echoes,
    a_blocking_closure_of_tokio_gives_its_output,
    a_panic_in_a_task_of_tokio_stays_there,
    an_abort_cancels_a_task_of_tokio,
    closures_may_block_on_tokio,
    a_guard_of_the_users_may_be_held_across_an_await,
    what_a_task_of_tokio_asks_for_goes_to_this_runtime,
    a_closure_of_tokio_belongs_to_this_runtime,
    a_socket_of_tokio_that_is_always_ready_starves_nobody,
    a_socket_of_ours_that_is_always_ready_starves_no_task_of_tokio,
}

on_multi_thread! {
    block_in_place_works_in_our_tasks,
}

with_both_builders! {
    a_handle_brings_the_context_to_a_plain_thread,
    a_guard_brings_the_context_to_a_plain_thread,
    block_in_place_works_in_tasks_of_a_multi_thread_tokio,
    a_task_of_a_multi_thread_tokio_belongs_to_this_runtime,
    the_end_drops_the_tasks_of_both,
    destructors_at_the_end_may_call_tokio,
    destructors_after_the_end_may_call_tokio,
    the_end_waits_for_a_closure_of_tokio,
    the_end_waits_no_longer_for_tokio_than_it_may,
    the_end_waits_no_longer_for_a_poll_of_tokio_than_it_may,
    a_closure_of_tokio_that_waits_for_a_task_learns_of_its_end,
    a_task_of_tokio_may_drop_the_runtime,
    a_closure_of_tokio_may_drop_the_runtime,
    a_runtime_may_be_dropped_where_tokio_polls,
    a_runtime_that_a_thread_local_drops_ends,
    tokios_threads_have_the_name,
}

const LONG: Duration = Duration::from_secs(3600);
const SHORT: Duration = Duration::from_millis(2);

/// Returns whether Tokio itself is the runtime, whose own context is there.
fn is_tokio() -> bool {
    runtime::current() == "tokio"
}

fn is_tokio_built(runtime: &runtime::Runtime) -> bool {
    runtime.block_on(async { is_tokio() })
}

async fn use_tokio() -> u32 {
    tokio::time::sleep(SHORT).await;
    tokio::time::timeout(SHORT, pending::<()>())
        .await
        .unwrap_err();
    let task = tokio::spawn(async {
        tokio::time::sleep(SHORT).await;
        6
    });
    task.await.unwrap() * 7
}

async fn tasks_and_timers_of_tokio_work_wherever_we_poll() {
    assert_eq!(use_tokio().await, 42);
    assert_eq!(task::spawn(use_tokio()).await.unwrap(), 42);
    assert_eq!(task::spawn_local(use_tokio()).await.unwrap(), 42);
    assert_eq!(tokio::spawn(use_tokio()).await.unwrap(), 42);
    let many = (0..100).map(|_| task::spawn(use_tokio()));
    for task in many.collect::<Vec<_>>() {
        assert_eq!(task.await.unwrap(), 42);
    }
}

async fn read(stream: &tokio::net::TcpStream) -> u8 {
    let mut byte = [0];
    loop {
        stream.readable().await.unwrap();
        match stream.try_read(&mut byte) {
            Ok(1) => return byte[0],
            Ok(count) => panic!("{count} bytes"),
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
        }
    }
}

async fn write(stream: &tokio::net::TcpStream, byte: u8) {
    loop {
        stream.writable().await.unwrap();
        match stream.try_write(&[byte]) {
            Ok(count) => return assert_eq!(count, 1),
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
        }
    }
}

async fn a_socket_of_tokio_echoes() {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let listener = listener.await.unwrap();
    let address = listener.local_addr().unwrap();
    let echo = async move {
        let (stream, _) = listener.accept().await.unwrap();
        for _ in 0..100 {
            let byte = read(&stream).await;
            write(&stream, byte + 1).await;
        }
    };
    let echo = task::spawn(echo);
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    for byte in 0..100 {
        write(&stream, byte).await;
        assert_eq!(read(&stream).await, byte + 1);
    }
    echo.await.unwrap();
}

async fn a_blocking_closure_of_tokio_gives_its_output() {
    let closure = tokio::task::spawn_blocking(|| {
        thread::sleep(SHORT);
        7
    });
    assert_eq!(closure.await.unwrap(), 7);
}

async fn a_panic_in_a_task_of_tokio_stays_there() {
    for _ in 0..10 {
        let task = tokio::spawn(async { panic!("it panics") });
        assert!(task.await.unwrap_err().is_panic());
        assert_eq!(tokio::spawn(async { 1 }).await.unwrap(), 1);
    }
}

async fn an_abort_cancels_a_task_of_tokio() {
    let dropped = Counter::default();
    let guard = dropped.on_drop();
    let task = tokio::spawn(async move {
        let _guard = guard;
        tokio::time::sleep(LONG).await;
    });
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(dropped.get(), 1);
}

async fn closures_may_block_on_tokio() {
    let closure = || tokio::runtime::Handle::current().block_on(use_tokio());
    assert_eq!(task::spawn_blocking(closure).await.unwrap(), 42);
    assert_eq!(tokio::task::spawn_blocking(closure).await.unwrap(), 42);
    #[cfg(feature = "rayon")]
    assert_eq!(task::spawn_compute(closure).await.unwrap(), 42);
}

async fn a_guard_of_the_users_may_be_held_across_an_await() {
    let handle = tokio::runtime::Handle::current();
    let other = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    {
        let _outer = handle.enter();
        let _inner = other.enter();
        for _ in 0..10 {
            sleep(SHORT).await;
            task::yield_now().await;
            let id = tokio::runtime::Handle::current().id();
            assert_eq!(id, other.handle().id());
        }
        assert_eq!(task::spawn(use_tokio()).await.unwrap(), 42);
    }
    let id = tokio::runtime::Handle::current().id();
    assert_eq!(id, handle.id());
    task::spawn_blocking(|| drop(other)).await.unwrap();
}

async fn what_a_task_of_tokio_asks_for_goes_to_this_runtime() {
    let here = runtime::Handle::current().id();
    let task = tokio::spawn(async move {
        assert_eq!(runtime::Handle::current().id(), here);
        sleep(SHORT).await;
        timeout(SHORT, pending::<()>()).await.unwrap_err();
        task::spawn_blocking(move || assert_eq!(runtime::Handle::current().id(), here))
            .await
            .unwrap();
        task::spawn(async { runtime::Handle::current().id() })
            .await
            .unwrap()
    });
    assert_eq!(task.await.unwrap(), here);
}

async fn a_closure_of_tokio_belongs_to_this_runtime() {
    let here = runtime::Handle::current().id();
    let closure = tokio::task::spawn_blocking(move || {
        assert_eq!(runtime::Handle::current().id(), here);
        // On Tokio nobody can tell the thread from one that polls.
        if !is_tokio() {
            let answer = async { task::spawn(use_tokio()).await.unwrap() };
            assert_eq!(portable::block_on(answer), 42);
        }
    });
    closure.await.unwrap();
}

async fn a_socket_of_tokio_that_is_always_ready_starves_nobody() {
    is_fair(|stop| async move {
        let socket = tokio::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0));
        let socket = socket.await.unwrap();
        let address = socket.local_addr().unwrap();
        while !stop.is_set() {
            // What nobody receives is lost.
            socket.send_to(b"x", address).await.unwrap();
        }
    })
    .await;
}

async fn a_socket_of_ours_that_is_always_ready_starves_no_task_of_tokio() {
    let is_over = Arc::new(AtomicBool::new(false));
    let endless = {
        let is_over = is_over.clone();
        async move {
            let (a, b) = UnixDatagram::pair().unwrap();
            while !is_over.load(Ordering::SeqCst) {
                a.send(b"x").await.unwrap();
                b.recv(&mut [0]).await.unwrap();
            }
        }
    };
    let endless = tokio::spawn(endless);
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(20)).await;
        is_over.store(true, Ordering::SeqCst);
    });
    endless.await.unwrap();
    let (a, b) = UnixDatagram::pair().unwrap();
    let limited = tokio::spawn(async move {
        tokio::time::timeout(Duration::from_millis(20), async {
            loop {
                a.send(b"x").await.unwrap();
                b.recv(&mut [0]).await.unwrap();
            }
        })
        .await
    });
    limited.await.unwrap().unwrap_err();
}

async fn block_in_place_works_in_our_tasks() {
    let task = task::spawn(async { tokio::task::block_in_place(|| 7) });
    assert_eq!(task.await.unwrap(), 7);
}

fn a_handle_brings_the_context_to_a_plain_thread(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let handle = runtime.handle().clone();
    let (sender, receiver) = oneshot::channel();
    let thread = thread::spawn(move || {
        let answer = handle.block_on(use_tokio());
        sender.send(answer).unwrap();
        // It is gone with the call, as under Tokio.
        assert!(tokio::runtime::Handle::try_current().is_err());
    });
    assert_eq!(runtime.block_on(receiver), Ok(42));
    thread.join().unwrap();
}

fn block_in_place_works_in_tasks_of_a_multi_thread_tokio(mut builder: Builder) {
    let runtime = builder.tokio_context(Flavor::MultiThread).build().unwrap();
    if is_tokio_built(&runtime) {
        return;
    }
    let answers = runtime.block_on(async {
        let task = || tokio::spawn(async { tokio::task::block_in_place(|| 7) });
        let tasks = [(); 20].map(|()| task());
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await.unwrap());
        }
        answers
    });
    assert_eq!(answers, [7; 20]);
}

fn a_task_of_a_multi_thread_tokio_belongs_to_this_runtime(mut builder: Builder) {
    let runtime = builder.tokio_context(Flavor::MultiThread).build().unwrap();
    runtime.block_on(what_a_task_of_tokio_asks_for_goes_to_this_runtime());
    runtime.block_on(a_socket_of_ours_that_is_always_ready_starves_no_task_of_tokio());
    assert_eq!(
        runtime.block_on(async { task::spawn(use_tokio()).await.unwrap() }),
        42
    );
}

fn the_end_drops_the_tasks_of_both(builder: Builder) {
    for flavor in [Flavor::CurrentThread, Flavor::MultiThread] {
        let runtime = builder.clone().tokio_context(flavor).build().unwrap();
        let dropped = Counter::default();
        runtime.block_on(async {
            for _ in 0..50 {
                let guard = dropped.on_drop();
                task::spawn(async move {
                    let _guard = guard;
                    tokio::time::sleep(LONG).await;
                });
                let guard = dropped.on_drop();
                tokio::spawn(async move {
                    let _guard = guard;
                    sleep(LONG).await;
                });
            }
            use_tokio().await;
        });
        assert_eq!(dropped.get(), 0);
        drop(runtime);
        assert_eq!(dropped.get(), 100);
    }
}

/// Calls Tokio, and counts.
fn call_tokio(called: Counter) -> impl Drop + Send {
    on_drop(move || {
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        let mut timer = Box::pin(tokio::time::sleep(LONG));
        assert!(timer.as_mut().poll(&mut cx).is_pending());
        drop(tokio::spawn(pending::<()>()));
        drop(tokio::task::spawn_blocking(|| ()));
        called.add_one();
    })
}

fn destructors_at_the_end_may_call_tokio(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    // The context of Tokio's own runtime is of no use at its end.
    if is_tokio_built(&runtime) {
        return;
    }
    let called = Counter::default();
    runtime.block_on(async {
        for _ in 0..20 {
            let call = call_tokio(called.clone());
            common::spawn_waiting(call).await;
            let call = call_tokio(called.clone());
            drop(task::spawn_local(async move {
                let _call = call;
                pending::<()>().await;
            }));
            task::yield_now().await;
        }
    });
    let call = call_tokio(called.clone());
    let closure = runtime.spawn_blocking(move || {
        let _call = call;
        thread::sleep(SHORT);
    });
    drop(runtime);
    drop(closure);
    assert_eq!(called.get(), 41);
}

fn destructors_after_the_end_may_call_tokio(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let called = Counter::default();
    let kept = runtime.block_on(async {
        let tokio = tokio::runtime::Handle::current();
        let called = called.clone();
        let guard = on_drop(move || {
            let _inside = tokio.enter();
            let task = tokio.spawn(pending::<()>());
            assert!(common::block_on(task).unwrap_err().is_cancelled());
            called.add_one();
        });
        task::spawn(async { guard }).await.unwrap()
    });
    let handle = runtime.handle().clone();
    drop(runtime);
    drop(kept);
    assert_eq!(called.get(), 1);
    // The thread enters what has ended.
    assert_eq!(handle.block_on(poll_fn(|_| Poll::Ready(7))), 7);
}

fn the_end_waits_for_a_closure_of_tokio(builder: Builder) {
    for flavor in [Flavor::CurrentThread, Flavor::MultiThread] {
        let runtime = builder.clone().tokio_context(flavor).build().unwrap();
        let ended = Counter::default();
        let (sender, receiver) = oneshot::channel();
        let guard = ended.on_drop();
        runtime.block_on(async {
            tokio::task::spawn_blocking(move || {
                let _guard = guard;
                sender.send(()).unwrap();
                thread::sleep(Duration::from_millis(50));
            });
            receiver.await.unwrap();
        });
        runtime.shutdown_timeout(Duration::from_secs(30));
        assert_eq!(ended.get(), 1);
    }
}

fn the_end_waits_no_longer_for_tokio_than_it_may(builder: Builder) {
    for flavor in [Flavor::CurrentThread, Flavor::MultiThread] {
        let runtime = builder.clone().tokio_context(flavor).build().unwrap();
        let (keep, kept) = std::sync::mpsc::channel::<()>();
        let (sender, receiver) = oneshot::channel();
        runtime.block_on(async {
            tokio::task::spawn_blocking(move || {
                sender.send(()).unwrap();
                let _ = kept.recv();
            });
            receiver.await.unwrap();
        });
        runtime.shutdown_timeout(Duration::from_millis(20));
        drop(keep);
    }
}

fn the_end_waits_no_longer_for_a_poll_of_tokio_than_it_may(builder: Builder) {
    for flavor in [Flavor::CurrentThread, Flavor::MultiThread] {
        let runtime = builder.clone().tokio_context(flavor).build().unwrap();
        // The tasks of its current-thread flavour are on the thread of `block_on`.
        if is_tokio_built(&runtime) {
            return;
        }
        let (keep, kept) = std::sync::mpsc::channel::<()>();
        let (sender, receiver) = oneshot::channel();
        runtime.block_on(async {
            tokio::spawn(async move {
                sender.send(()).unwrap();
                let _ = kept.recv();
            });
            receiver.await.unwrap();
        });
        runtime.shutdown_timeout(Duration::from_millis(20));
        drop(keep);
    }
}

fn a_closure_of_tokio_that_waits_for_a_task_learns_of_its_end(builder: Builder) {
    for flavor in [Flavor::CurrentThread, Flavor::MultiThread] {
        let runtime = builder.clone().tokio_context(flavor).build().unwrap();
        let ended = Counter::default();
        let guard = ended.on_drop();
        runtime.block_on(async {
            let (never, ends) = oneshot::channel::<()>();
            tokio::spawn(async move {
                let _never = never;
                pending::<()>().await;
            });
            let (sender, receiver) = oneshot::channel();
            tokio::task::spawn_blocking(move || {
                let _guard = guard;
                sender.send(()).unwrap();
                common::block_on(ends).unwrap_err();
            });
            receiver.await.unwrap();
        });
        runtime.shutdown_timeout(Duration::from_secs(30));
        assert_eq!(ended.get(), 1);
    }
}

fn a_task_of_tokio_may_drop_the_runtime(builder: Builder) {
    for flavor in [Flavor::CurrentThread, Flavor::MultiThread] {
        let runtime = builder.clone().tokio_context(flavor).build().unwrap();
        // The current-thread flavour runs no task while nobody is inside of it.
        if is_tokio_built(&runtime) {
            return;
        }
        let tokio = runtime.block_on(async { tokio::runtime::Handle::current() });
        let dropped = Counter::default();
        runtime.block_on(common::spawn_waiting(dropped.on_drop()));
        let (sender, receiver) = oneshot::channel();
        tokio.spawn(async move {
            drop(runtime);
            sender.send(()).unwrap();
        });
        common::block_on(receiver).unwrap();
        assert_eq!(dropped.get(), 1);
    }
}

fn a_closure_of_tokio_may_drop_the_runtime(builder: Builder) {
    for flavor in [Flavor::CurrentThread, Flavor::MultiThread] {
        let runtime = builder.clone().tokio_context(flavor).build().unwrap();
        let tokio = runtime.block_on(async { tokio::runtime::Handle::current() });
        let dropped = Counter::default();
        runtime.block_on(common::spawn_waiting(dropped.on_drop()));
        let (sender, receiver) = oneshot::channel();
        tokio.spawn_blocking(move || {
            drop(runtime);
            sender.send(()).unwrap();
        });
        common::block_on(receiver).unwrap();
        assert_eq!(dropped.get(), 1);
    }
}

fn a_runtime_may_be_dropped_where_tokio_polls(builder: Builder) {
    for flavor in [Flavor::CurrentThread, Flavor::MultiThread] {
        let runtime = builder.clone().tokio_context(flavor).build().unwrap();
        let dropped = Counter::default();
        let guard = dropped.on_drop();
        runtime.block_on(async {
            tokio::spawn(async move {
                let _guard = guard;
                pending::<()>().await;
            });
            use_tokio().await;
        });
        let other = tokio::runtime::Builder::new_current_thread().build();
        other.unwrap().block_on(async { drop(runtime) });
        assert_eq!(dropped.get(), 1);
    }
}

fn a_runtime_that_a_thread_local_drops_ends(mut builder: Builder) {
    thread_local! {
        static AT_THE_END: common::AtTheEnd = const { common::AtTheEnd::new(Vec::new()) };
    }

    let runtime = builder.build().unwrap();
    let dropped = Counter::default();
    let guard = dropped.on_drop();
    let thread = thread::spawn(move || {
        // Made before Tokio's own thread-local, and dropped after it.
        AT_THE_END.with_borrow_mut(Vec::clear);
        runtime.block_on(use_tokio());
        runtime.spawn(async move {
            let _guard = guard;
            pending::<()>().await;
        });
        AT_THE_END.with_borrow_mut(|at_the_end| {
            at_the_end.push(on_drop(Box::new(move || drop(runtime))));
        });
    });
    thread.join().unwrap();
    assert_eq!(dropped.get(), 1);
}

fn tokios_threads_have_the_name(mut builder: Builder) {
    let runtime = builder.thread_name("crawler").build().unwrap();
    // Tokio's own current-thread flavour polls on this thread.
    if is_tokio_built(&runtime) {
        return;
    }
    let name = || thread::current().name().map(String::from);
    let names = runtime.block_on(async {
        let task = tokio::spawn(async move { name() }).await.unwrap();
        [task, tokio::task::spawn_blocking(name).await.unwrap()]
    });
    assert_eq!(names, [(); 2].map(|()| Some("crawler".to_owned())));
}

/// Returns the number of threads and of open descriptors of the process.
#[cfg(target_os = "linux")]
fn threads_and_descriptors() -> [usize; 2] {
    ["/proc/self/task", "/proc/self/fd"].map(|folder| std::fs::read_dir(folder).unwrap().count())
}

#[cfg(target_os = "linux")]
#[test]
fn a_thousand_runtimes_leave_nothing() {
    program!("a_thousand_runtimes_leave_nothing").run(
        || {
            let mut before = None;
            for round in 0..1000 {
                let mut builder = match round % 2 {
                    0 => Builder::new_current_thread(),
                    _ => Builder::new_multi_thread(),
                };
                if round % 10 == 0 {
                    builder.tokio_context(Flavor::MultiThread);
                }
                let runtime = builder.build().unwrap();
                runtime.block_on(async {
                    tokio::spawn(async { sleep(Duration::ZERO).await })
                        .await
                        .unwrap();
                    tokio::task::spawn_blocking(|| ()).await.unwrap();
                });
                drop(runtime);
                // What a process starts once is there by then.
                if round == 20 {
                    before = Some(threads_and_descriptors());
                }
            }
            // On Tokio itself a thread is about to end when the call returns.
            for _ in 0..1000 {
                if Some(threads_and_descriptors()) <= before {
                    break;
                }
                thread::sleep(Duration::from_millis(5));
            }
            let after = Some(threads_and_descriptors());
            println!("{}", after <= before || after == before);
            assert!(after <= before, "{before:?} {after:?}");
        },
        |outcome| outcome.printed(&["true"]),
    );
}

#[test]
fn tasks_of_the_runtime_of_the_process_have_the_context() {
    program!("tasks_of_the_runtime_of_the_process_have_the_context").run(
        || {
            let task = task::spawn(use_tokio());
            println!("{}", common::block_on(task).unwrap());
            println!("{}", portable::block_on(use_tokio()));
        },
        |outcome| outcome.printed(&["42", "42"]),
    );
}

#[test]
fn the_end_of_main_drops_the_tasks_of_both() {
    #[portable::main(tokio_context = "multi_thread")]
    async fn main() {
        task::spawn(async {
            let _said = on_drop(|| println!("ours"));
            tokio::time::sleep(LONG).await;
        });
        use_tokio().await;
        task::yield_now().await;
        tokio::spawn(async {
            let _said = on_drop(|| println!("Tokio's"));
            tokio::time::sleep(LONG).await;
        });
        use_tokio().await;
    }

    program!("the_end_of_main_drops_the_tasks_of_both").run(main, |outcome| {
        assert!(outcome.status.success(), "{outcome:#?}");
        let mut lines: Vec<&str> = outcome.stdout.lines().collect();
        lines.sort_unstable();
        assert_eq!(lines, ["Tokio's", "ours"], "{outcome:#?}");
    });
}

fn a_guard_brings_the_context_to_a_plain_thread(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let task = thread::scope(|scope| {
        let enter = || {
            let guard = runtime.enter();
            let task = tokio::spawn(use_tokio());
            drop(guard);
            assert!(tokio::runtime::Handle::try_current().is_err());
            task
        };
        scope.spawn(enter).join().unwrap()
    });
    assert_eq!(runtime.block_on(task).unwrap(), 42);
}
