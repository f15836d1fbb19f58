//! Sockets of a runtime that has ended (contract 20).

use std::future::{Future, poll_fn};
use std::io::{Error, ErrorKind, Write};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Wake, Waker};
use std::thread;

use crate::common::{self, with_both_builders};
use portable::io::AsyncReadExt;
#[cfg(unix)]
use portable::net::UnixListener;
use portable::net::{TcpListener, UdpSocket};
use portable::runtime::{Builder, Handle, Runtime, is_rt_shutdown_err};
use portable::time::Duration;

with_both_builders! {
    binding_in_a_runtime_that_has_ended_is_an_error,
    waiting_in_a_runtime_that_has_ended_is_an_error,
    a_future_from_before_the_end_is_an_error,
    waiting_in_another_runtime_is_that_error,
    what_is_there_after_the_end_is_read,
    a_wait_elsewhere_ends_with_the_runtime,
    a_wait_by_a_handle_ends_with_the_runtime,
    a_wait_elsewhere_leaves_no_waker_behind,
    other_errors_are_not_of_the_end,
}

fn binding_in_a_runtime_that_has_ended_is_an_error(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let _guard = runtime.enter();
    runtime.shutdown_timeout(Duration::from_secs(60));
    let errors = Handle::current().block_on(async {
        [
            TcpListener::bind("127.0.0.1:0").await.unwrap_err(),
            UdpSocket::bind("127.0.0.1:0").await.unwrap_err(),
        ]
    });
    assert!(errors.iter().all(is_rt_shutdown_err), "{errors:?}");
}

fn waiting_in_a_runtime_that_has_ended_is_an_error(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let _guard = runtime.enter();
    let handle = Handle::current();
    let listener = handle.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    runtime.shutdown_timeout(Duration::from_secs(60));
    // It does not wait for ever.
    let error = handle.block_on(listener.accept()).unwrap_err();
    assert!(is_rt_shutdown_err(&error), "{error}");
}

fn a_future_from_before_the_end_is_an_error(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let _guard = runtime.enter();
    let handle = Handle::current();
    #[cfg(unix)]
    let listener = {
        let name = format!(
            "portable-ended-{}-{:?}",
            std::process::id(),
            thread::current().id()
        );
        let path = std::env::temp_dir().join(name);
        let listener = UnixListener::bind(&path).unwrap();
        let _ = std::fs::remove_file(path);
        listener
    };
    #[cfg(not(unix))]
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let bind = TcpListener::bind("127.0.0.1:0");
    let accept = listener.accept();
    runtime.shutdown_timeout(Duration::from_secs(60));
    let error = handle.block_on(bind).unwrap_err();
    assert!(is_rt_shutdown_err(&error), "{error}");
    let error = handle.block_on(accept).map(drop).unwrap_err();
    assert!(is_rt_shutdown_err(&error), "{error}");
}

fn waiting_in_another_runtime_is_that_error(mut builder: Builder) {
    let (runtime, other) = (builder.build().unwrap(), builder.build().unwrap());
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    drop(runtime);
    let error = other.block_on(listener.accept()).unwrap_err();
    assert!(is_rt_shutdown_err(&error), "{error}");
    let error = other.block_on(poll_fn(|cx| listener.poll_accept(cx)));
    let error = error.unwrap_err();
    assert!(is_rt_shutdown_err(&error), "{error}");
}

fn what_is_there_after_the_end_is_read(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let (mut stream, _peer) = runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut peer = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        peer.write_all(b"bytes").unwrap();
        let stream = listener.accept().await.unwrap().0;
        (stream, peer)
    });
    let mut buf = [0; 5];
    drop(runtime);
    while let Err(error) = stream.try_read(&mut buf) {
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
        thread::yield_now();
    }
    assert_eq!(&buf, b"bytes");
    let other = builder.build().unwrap();
    let error = other.block_on(stream.read(&mut buf)).unwrap_err();
    assert!(is_rt_shutdown_err(&error), "{error}");
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Binds in the runtime, calls `wait` on another thread, and ends the runtime once the future there
/// waits.
fn end_while_a_thread_waits(
    runtime: Runtime,
    wait: impl FnOnce(&TcpListener, &mpsc::Sender<()>) -> Error + Send + 'static,
) {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let (waits, begun) = mpsc::channel();
    let thread = thread::spawn(move || wait(&listener, &waits));
    begun.recv_timeout(Duration::from_secs(30)).unwrap();
    drop(runtime);
    let error = thread.join().unwrap();
    assert!(is_rt_shutdown_err(&error), "{error}");
}

/// Accepts a connection, and sends when it has begun to wait for one.
async fn accept(listener: &TcpListener, waits: &mpsc::Sender<()>) -> Error {
    let mut accept = pin!(listener.accept());
    poll_fn(|cx| {
        let polled = accept.as_mut().poll(cx);
        if polled.is_pending() {
            waits.send(()).unwrap();
        }
        polled
    })
    .await
    .unwrap_err()
}

fn a_wait_elsewhere_ends_with_the_runtime(mut builder: Builder) {
    end_while_a_thread_waits(builder.build().unwrap(), |listener, waits| {
        futures::executor::block_on(accept(listener, waits))
    });
    end_while_a_thread_waits(builder.build().unwrap(), |listener, waits| {
        let mut waits = Some(waits);
        let accepted = poll_fn(|cx| {
            let polled = listener.poll_accept(cx);
            if let (true, Some(waits)) = (polled.is_pending(), waits.take()) {
                waits.send(()).unwrap();
            }
            polled
        });
        futures::executor::block_on(accepted).unwrap_err()
    });
}

fn a_wait_by_a_handle_ends_with_the_runtime(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let handle = runtime.handle().clone();
    end_while_a_thread_waits(runtime, move |listener, waits| {
        handle.block_on(accept(listener, waits))
    });
}

fn a_wait_elsewhere_leaves_no_waker_behind(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let alive = Arc::<Woken>::default();
    {
        let waker = Waker::from(alive.clone());
        let mut cx = Context::from_waker(&waker);
        assert!(pin!(listener.accept()).poll(&mut cx).is_pending());
        assert!(listener.poll_accept(&mut cx).is_pending());
    }
    drop(listener);
    common::eventually_blocking(|| Arc::strong_count(&alive) == 1);
}

fn other_errors_are_not_of_the_end(mut builder: Builder) {
    let runtime = builder.build().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let error = runtime
        .block_on(TcpListener::bind(taken.local_addr().unwrap()))
        .unwrap_err();
    assert!(!is_rt_shutdown_err(&error), "{error}");
    let task = runtime.spawn(std::future::pending::<()>());
    task.abort();
    let cancelled = common::block_on(async { runtime.block_on(task) }).unwrap_err();
    assert!(!is_rt_shutdown_err(&cancelled.into()));
    let text = "portable: the runtime has ended, and so this was not done";
    assert!(!is_rt_shutdown_err(&std::io::Error::other(text)));
}
