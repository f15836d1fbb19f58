//! Sockets from threads that belong to no runtime, and from destructors (contract 12).

use std::cell::RefCell;
use std::pin::pin;
use std::sync::mpsc;
use std::thread;

use super::tcp::pair;
use crate::common::{self, AtTheEnd, on_both_flavors, on_drop, program, with_both_builders};
use portable::io::{AsyncReadExt, AsyncWriteExt};
use portable::net::{TcpListener, TcpSocket, TcpStream, UdpSocket};
#[cfg(unix)]
use portable::net::{UnixDatagram, UnixStream};
use portable::runtime::Builder;
use portable::task;

on_both_flavors! {
    a_plain_thread_may_use_sockets,
    a_blocking_closure_may_use_sockets,
    a_destructor_of_a_task_may_use_sockets,
    another_executor_may_use_sockets,
}

with_both_builders! {
    a_destructor_at_the_end_may_use_sockets,
    after_the_end_sockets_panic_nowhere,
}

/// Sends bytes and a datagram there and back.
async fn use_sockets() {
    let (mut one, mut other) = pair().await;
    one.write_all(b"hello").await.unwrap();
    let mut buf = [0; 5];
    other.read_exact(&mut buf).await.unwrap();
    other.write_all(&buf).await.unwrap();
    one.read_exact(&mut buf).await.unwrap();
    assert_eq!(&buf, b"hello");

    let one = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let other = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = other.local_addr().unwrap();
    assert_eq!(one.send_to(b"hello", address).await.unwrap(), 5);
    assert_eq!(other.recv(&mut buf).await.unwrap(), 5);

    #[cfg(unix)]
    {
        let (mut one, mut other) = UnixStream::pair().unwrap();
        one.write_all(b"hello").await.unwrap();
        other.read_exact(&mut buf).await.unwrap();
    }
}

/// Makes calls that must not panic, whatever they return. `kept` is a socket from before.
fn touch_sockets(mut kept: TcpStream) {
    let mut buf = [0; 8];
    let _ = (kept.try_read(&mut buf), kept.try_write(b"bytes"));
    let _ = common::poll_once(pin!(kept.read(&mut buf)));
    let _ = common::poll_once(pin!(kept.write(b"bytes")));
    let _ = common::poll_once(pin!(kept.readable()));
    let _ = common::poll_once(pin!(kept.peek(&mut buf)));
    let _ = common::poll_once(pin!(kept.shutdown()));
    let _ = (kept.peer_addr(), kept.take_error());
    let (read, write) = kept.into_split();
    drop(write);
    drop(read.as_ref().peer_addr());
    drop(read);

    let _ = common::poll_once(pin!(TcpListener::bind("127.0.0.1:0")));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let _ = common::poll_once(pin!(TcpStream::connect(address)));
    if let Ok(listener) = TcpListener::from_std(listener) {
        let _ = common::poll_once(pin!(listener.accept()));
        drop(listener.into_std());
    }
    if let Ok(socket) = TcpSocket::new_v4() {
        let _ = socket.listen(1);
    }
    let _ = common::poll_once(pin!(UdpSocket::bind("127.0.0.1:0")));
    #[cfg(unix)]
    if let Ok((one, other)) = UnixDatagram::pair() {
        let _ = common::poll_once(pin!(one.send(b"hello")));
        let _ = common::poll_once(pin!(other.recv(&mut buf)));
    }
}

async fn a_plain_thread_may_use_sockets() {
    let thread = thread::spawn(|| {
        common::block_on(use_sockets());
        portable::block_on(use_sockets());
    });
    task::spawn_blocking(|| thread.join().unwrap())
        .await
        .unwrap();
}

async fn a_blocking_closure_may_use_sockets() {
    task::spawn_blocking(|| {
        common::block_on(use_sockets());
        portable::block_on(use_sockets());
    })
    .await
    .unwrap();
}

async fn a_destructor_of_a_task_may_use_sockets() {
    let (kept, _other) = pair().await;
    let (done, is_done) = mpsc::channel();
    let guard = on_drop(move || {
        touch_sockets(kept);
        done.send(()).unwrap();
    });
    let task = common::spawn_waiting(guard).await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    is_done.try_recv().expect("it does not panic");
}

async fn another_executor_may_use_sockets() {
    let thread = thread::spawn(|| {
        futures::executor::block_on(use_sockets());
        smol::block_on(use_sockets());
        async_std::task::block_on(use_sockets());
    });
    task::spawn_blocking(|| thread.join().unwrap())
        .await
        .unwrap();
}

#[test]
fn with_no_runtime_in_sight_sockets_work() {
    common::limit_time("with_no_runtime_in_sight_sockets_work");
    common::block_on(use_sockets());
    portable::block_on(use_sockets());
    thread::spawn(|| common::block_on(use_sockets()))
        .join()
        .unwrap();
}

fn a_destructor_at_the_end_may_use_sockets(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (done, is_done) = mpsc::channel();
    runtime.block_on(async {
        for _ in 0..4 {
            let (kept, other) = pair().await;
            let done = done.clone();
            let guard = on_drop(move || {
                touch_sockets(kept);
                done.send(()).unwrap();
            });
            common::spawn_waiting((guard, other)).await;
        }
    });
    drop(runtime);
    for _ in 0..4 {
        is_done.try_recv().expect("it does not panic");
    }
}

fn after_the_end_sockets_panic_nowhere(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (one, other) = runtime.block_on(pair());
    drop(runtime);
    touch_sockets(one);
    thread::spawn(move || touch_sockets(other)).join().unwrap();
}

thread_local! {
    // One of these thread-locals is destroyed before those of the runtime, the other after them.
    static EARLY: AtTheEnd = const { RefCell::new(Vec::new()) };
    static LATE: AtTheEnd = const { RefCell::new(Vec::new()) };
}

/// Uses sockets, and uses them again from destructors before and after those of the runtime's own
/// thread-locals.
fn around(use_the_runtime: impl FnOnce()) -> mpsc::Receiver<()> {
    let (done, is_done) = mpsc::channel();
    let calls = |done: mpsc::Sender<()>| {
        let kept = common::block_on(pair()).0;
        let calls: Box<dyn FnOnce()> = Box::new(move || {
            touch_sockets(kept);
            done.send(()).unwrap();
        });
        on_drop(calls)
    };
    EARLY.with_borrow_mut(|local| local.push(calls(done.clone())));
    use_the_runtime();
    LATE.with_borrow_mut(|local| local.push(calls(done)));
    is_done
}

#[test]
fn thread_locals_may_use_sockets() {
    program!("thread_locals_may_use_sockets").run(
        || {
            let wait_for = |is_done: mpsc::Receiver<()>| {
                is_done.recv().unwrap();
                is_done.recv().unwrap();
                println!("called");
            };
            let used = || common::block_on(use_sockets());
            // The sockets belong to the runtime of the process.
            wait_for(thread::spawn(move || around(used)).join().unwrap());
            for mut builder in [Builder::new_current_thread(), Builder::new_multi_thread()] {
                let runtime = builder.build().unwrap();
                // The plain thread ends while a runtime runs.
                let inside = runtime.block_on(async move {
                    let thread = thread::spawn(move || around(used));
                    task::spawn_blocking(|| thread.join().unwrap()).await
                });
                wait_for(inside.unwrap());
                // A blocking thread of the runtime ends after the runtime.
                let closure = runtime.spawn_blocking(move || around(used));
                let is_done = runtime.block_on(closure).unwrap();
                drop(runtime);
                wait_for(is_done);
                // The thread was inside `block_on`.
                let in_block_on = move || {
                    around(move || {
                        builder.build().unwrap().block_on(use_sockets());
                    })
                };
                wait_for(thread::spawn(in_block_on).join().unwrap());
            }
        },
        |outcome| outcome.printed(&["called"; 7]),
    );
}
